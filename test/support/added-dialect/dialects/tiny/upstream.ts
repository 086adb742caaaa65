/**
 * A made-up dialect, to see what a new one takes:
 *
 *     {"voice": "<model>", "lines": [["user", "Hello"]], "limit": 10, "flow": false}     a request
 *     {"said": "Hi", "why": "done", "spent": [3, 2]}                                     its answer
 *     data: {"bit": "Hi"}  …  data: {"why": "done", "spent": [3, 2]}                     its stream
 *     {"oops": "no such voice"}                                                          an error
 */
import type { ChatAnswer, FinishReason } from "../../../../../runtime/conversation/answer";
import {
  AnswerProblem,
  type ChatCall,
  type ChatExchange,
  type ChatStreamReader,
  type ChatUpstream,
} from "../../../../../runtime/conversation/dialect";
import type { ChatEvent } from "../../../../../runtime/conversation/events";
import type { Json } from "../../../../../runtime/conversation/json";
import type { ChatRequest, Message } from "../../../../../runtime/conversation/request";
import type { Usage } from "../../../../../runtime/conversation/usage";
import type { Frame } from "../../../../../runtime/framing/frame";

const FINISHES: ReadonlyMap<unknown, FinishReason> = new Map([
  ["done", "stop"],
  ["full", "length"],
]);

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

const finishOf = (why: unknown): FinishReason => FINISHES.get(why) ?? "stop";

function usageOf(spent: unknown): Usage | undefined {
  const [input, output] = Array.isArray(spent) ? (spent as readonly unknown[]) : [];
  if (typeof input !== "number" || typeof output !== "number") return undefined;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

const textOf = ({ parts }: Message): string => parts.map((part) => (part.type === "text" ? part.text : "")).join("");

class TinyReader implements ChatStreamReader {
  read({ data }: Frame): readonly ChatEvent[] | undefined {
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      return undefined;
    }
    const oops = member(event, "oops");
    if (typeof oops === "string") {
      return [{ type: "failed", error: { message: oops, type: undefined, code: undefined, refusal: undefined } }];
    }
    const bit = member(event, "bit");
    if (typeof bit === "string") return [{ choice: 0, type: "text", text: bit }];
    const usage = usageOf(member(event, "spent"));
    const finished: ChatEvent = { choice: 0, type: "finished", finish: finishOf(member(event, "why")) };
    return usage === undefined ? [finished, { type: "ended" }] : [finished, { type: "usage", usage }, { type: "ended" }];
  }
}

class TinyExchange implements ChatExchange {
  readonly headers = ["tiny-version", "1"];
  readonly body: object;
  readonly dropped: readonly string[];

  constructor({ messages, maxTokens, others }: ChatRequest, { model, stream }: ChatCall) {
    this.body = { voice: model, lines: messages.map((message) => [message.role, textOf(message)]), limit: maxTokens, flow: stream };
    this.dropped = [...others.keys()];
  }

  readAnswer(answer: Json): ChatAnswer {
    const said = member(answer, "said");
    if (typeof said !== "string") throw new AnswerProblem("says nothing");
    const choice = { parts: [{ type: "text", text: said }], finish: finishOf(member(answer, "why")) } as const;
    return { id: undefined, model: undefined, choices: [choice], usage: usageOf(member(answer, "spent")) };
  }

  stream(): ChatStreamReader {
    return new TinyReader();
  }
}

export const tinyUpstream: ChatUpstream = {
  lacks: ({ tools }) => (tools.length > 0 ? [{ field: "tools" }] : []),
  begin: (request, call) => new TinyExchange(request, call),
  readError(_status, body) {
    const oops = member(body, "oops");
    return typeof oops === "string" ? { message: oops, type: undefined, code: undefined, refusal: undefined } : undefined;
  },
};
