/** How the events of a stream look in the dialects of providers. */
import type { FaultCall } from "./fault";
import { chunkOf, DONE, event, PROMPT_TOKENS, usageOf } from "./openai";

export interface Speaker {
  begin(call: FaultCall): string[];
  reasoning(call: FaultCall, text: string): string[];
  text(call: FaultCall, piece: string): string;
  tool(call: FaultCall): string[];
  finish(call: FaultCall, tokens: number): string[];
}

const openai: Speaker = {
  begin: (call) => [event(chunkOf(call, { role: "assistant", content: "" }))],
  reasoning: (call, text) => [event(chunkOf(call, { reasoning_content: text }))],
  text: (call, content) => event(chunkOf(call, { content })),
  tool: (call) => [
    event(chunkOf(call, { tool_calls: [{ index: 0, id: "call_a", type: "function", function: { name: "f", arguments: "" } }] })),
  ],
  finish: (call, tokens) => [
    event(chunkOf(call, {}, {}, "stop")),
    ...(call.asksForUsage ? [event(chunkOf(call, {}, { choices: [], usage: usageOf(tokens) }))] : []),
    DONE,
  ],
};

const named = (data: { readonly type: string; readonly [member: string]: unknown }): string => `event: ${data.type}\n${event(data)}`;
const block = (index: number, content_block: object): string => named({ type: "content_block_start", index, content_block });
const delta = (index: number, more: object): string => named({ type: "content_block_delta", index, delta: more });

/** Blocks: 0 = reasoning, 1 = text, 2 = a tool call. */
const anthropic: Speaker = {
  begin: ({ model, number }) => [
    named({
      type: "message_start",
      message: { id: `msg_${number}`, role: "assistant", model, content: [], usage: { input_tokens: PROMPT_TOKENS, output_tokens: 1 } },
    }),
    block(1, { type: "text", text: "" }),
  ],
  reasoning: (_call, thinking) => [
    block(0, { type: "thinking", thinking: "", signature: "" }),
    delta(0, { type: "thinking_delta", thinking }),
    delta(0, { type: "signature_delta", signature: `proof of ${thinking}` }),
    named({ type: "content_block_stop", index: 0 }),
  ],
  text: (_call, text) => delta(1, { type: "text_delta", text }),
  tool: () => [
    block(2, { type: "tool_use", id: "toolu_a", name: "f", input: {} }),
    delta(2, { type: "input_json_delta", partial_json: "{" }),
  ],
  finish: (_call, tokens) => [
    named({ type: "content_block_stop", index: 1 }),
    named({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: tokens } }),
    named({ type: "message_stop" }),
  ],
};

export const SPEAKERS: Readonly<Record<string, Speaker>> = { openai, anthropic };
