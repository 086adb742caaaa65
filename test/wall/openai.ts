/** Answers as OpenAI gives them. */

/** Tokens of a stream that is not cut. */
export const TOKENS = 60;

/** The nth token of the answer that every target gives. */
export const token = (index: number): string => `t${index} `;

/** Text of the tokens `from` up to `to`. */
export const textOf = (to = TOKENS, from = 0): string => Array.from({ length: to - from }, (_, index) => token(from + index)).join("");

/** What the upstream needs to know of a call. */
export interface ChatCall {
  readonly model: string;
  /** Number of the call at its upstream; it makes the answer's id. */
  readonly number: number;
  readonly asksForUsage: boolean;
}

export const PROMPT_TOKENS = 5;

export const usageOf = (completion: number): object => ({
  prompt_tokens: PROMPT_TOKENS,
  completion_tokens: completion,
  total_tokens: PROMPT_TOKENS + completion,
});

/** A complete answer. */
export function completion({ model, number }: ChatCall, more: object = {}, finish = "stop"): Record<string, unknown> {
  return {
    id: `chatcmpl-${number}`,
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: `answer of ${model}` }, finish_reason: finish }],
    usage: usageOf(7),
    ...more,
  };
}

/** A chunk of a stream. */
export function chunkOf({ model, number }: ChatCall, delta: object, more: object = {}, finish: string | null = null): object {
  return {
    id: `chatcmpl-${number}`,
    object: "chat.completion.chunk",
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
}

export const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

export const DONE = "data: [DONE]\n\n";

/** Where in a stream something happens: after its head, the chunk with the role, so many tokens, the finish, or all of it. */
export type Phase = "head" | "role" | "finish" | "all" | number;

export const toPhase = (text: string): Phase => (/^\d+$/.test(text) ? Number(text) : (text as Phase));

/** The events of a stream up to a phase; `texts` are its tokens. */
export function eventsUpTo(
  call: ChatCall,
  phase: Phase,
  texts: readonly string[] = Array.from({ length: TOKENS }, (_, index) => token(index)),
): string[] {
  if (phase === "head") return [];
  const events = [event(chunkOf(call, { role: "assistant", content: "" }))];
  if (phase === "role") return events;
  const shown = typeof phase === "number" ? texts.slice(0, phase) : texts;
  events.push(...shown.map((content) => event(chunkOf(call, { content }))));
  if (typeof phase === "number") return events;
  events.push(event(chunkOf(call, {}, {}, "stop")));
  if (call.asksForUsage) events.push(event(chunkOf(call, {}, { choices: [], usage: usageOf(texts.length) })));
  if (phase === "all") events.push(DONE);
  return events;
}

/** An error as OpenAI answers it. */
export const refusal = (message: string, code: string | null, type = "invalid_request_error"): object => ({
  error: { message, type, param: null, code },
});
