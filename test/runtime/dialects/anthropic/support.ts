import type { MessageCreateParamsBase } from "@anthropic-ai/sdk/resources/messages";
import type { ChatCall } from "../../../../runtime/conversation/dialect";
import type { ChatEvent } from "../../../../runtime/conversation/events";
import type { ChatRequest } from "../../../../runtime/conversation/request";
import type { Frame } from "../../../../runtime/framing/frame";

/** A body of `/v1/messages`. The SDK's types no longer name what its newest models refuse. */
export type Body = MessageCreateParamsBase & { temperature?: number; top_p?: number; top_k?: number };

const EMPTY: ChatRequest = {
  messages: [],
  tools: [],
  toolChoice: undefined,
  parallelToolCalls: undefined,
  temperature: undefined,
  topP: undefined,
  topK: undefined,
  maxTokens: undefined,
  stop: [],
  responseFormat: undefined,
  reasoning: undefined,
  n: undefined,
  others: new Map(),
  extraBody: undefined,
};

/** A request that asks for nothing else. */
export const asked = (changes: Partial<ChatRequest>): ChatRequest => ({ ...EMPTY, ...changes });

export const said = (text: string): ChatRequest["messages"][number] => ({ role: "user", parts: [{ type: "text", text }] });

export const called = (model = "claude-sonnet-4-5", changes: Partial<ChatCall> = {}): ChatCall => ({
  model,
  stream: false,
  usage: true,
  options: { azure_api_version: "2023-05-15" },
  ...changes,
});

export const frame = (data: unknown, event?: string): Frame => ({
  event,
  data: typeof data === "string" ? data : JSON.stringify(data),
});

/** A request of OpenAI's in neutral words, and what Anthropic is sent for it. */
export interface Golden {
  readonly title: string;
  readonly model: string;
  readonly asked: Partial<ChatRequest>;
  readonly sent: Body;
  /** Members that have no effect. */
  readonly dropped?: readonly string[];
}

export const textOf = (events: readonly ChatEvent[]): string => events.map((event) => (event.type === "text" ? event.text : "")).join("");
