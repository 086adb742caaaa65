import type { Call } from "../../../runtime/codecs/codec";
import { Translating } from "../../../runtime/codecs/translating";
import type { Conversion } from "../../../runtime/codecs/codec";
import { messagesSpeech } from "../../../runtime/dialects/anthropic/speech";
import { chatSpeech } from "../../../runtime/dialects/openai/speech";

export const translating = new Translating(chatSpeech, messagesSpeech);

export const MESSAGES = [{ role: "user", content: "x" }];

/** A call of an OpenAI client to an Anthropic target. */
export function callOf(request: unknown, more: Partial<Call> = {}): Call {
  const body = Buffer.from(typeof request === "string" ? request : JSON.stringify(request));
  return {
    ask: { body, scan: undefined, model: undefined, stream: false, wantsUsage: false, reading: undefined },
    model: "claude-sonnet-4-5",
    parameters: { defaults: [], maxTokens: undefined },
    options: { azure_api_version: "v1" },
    stream: false,
    usage: "off",
    resume: undefined,
    keepText: false,
    maxBytes: 32 * 1024 * 1024,
    ...more,
  };
}

export const begun = (more: Partial<Call> = {}): Conversion => translating.begin(callOf({ messages: MESSAGES }, more));

/** A stream's events as Anthropic sends them. */
export const events = (given: readonly object[]): Buffer =>
  Buffer.from(given.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));

export const START = { type: "message_start", message: { id: "msg_1", model: "m", usage: { input_tokens: 1, output_tokens: 1 } } };
export const BLOCK = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };
export const delta = (text: string): object => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
export const FINISH = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } };
export const STOP = { type: "message_stop" };
