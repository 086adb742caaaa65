/** Exchanges of a client that speaks OpenAI's chats with an upstream that speaks Anthropic's messages. */
import type { Ask } from "../../../runtime/codecs/ask";
import type { Call } from "../../../runtime/codecs/codec";
import { TranslatedConversion } from "../../../runtime/codecs/translated-conversion";
import { Translating } from "../../../runtime/codecs/translating";
import { messagesSpeech } from "../../../runtime/dialects/anthropic/speech";
import { chatSpeech } from "../../../runtime/dialects/openai/speech";
import { chat } from "../../../runtime/surfaces/chat";

export const MEGABYTE = 1024 * 1024;

export const askOf = (more: object = {}): Ask =>
  chat.read(Buffer.from(JSON.stringify({ messages: [{ role: "user", content: "1 + 1?" }], ...more })));

export const callOf = (more: Partial<Call> = {}): Call => ({
  ask: askOf(),
  model: "claude-sonnet-4-5",
  parameters: { defaults: [], maxTokens: undefined },
  options: { anthropic_version: "2023-06-01", azure_api_version: "2023-05-15" },
  stream: false,
  usage: "off",
  resume: undefined,
  keepText: false,
  maxBytes: MEGABYTE,
  ...more,
});

export const codec = new Translating(chatSpeech, messagesSpeech);

export function begin(more: Partial<Call> = {}): TranslatedConversion {
  const conversion = codec.begin(callOf(more));
  if (conversion instanceof TranslatedConversion) return conversion;
  throw new Error("This exchange must be translated");
}

/** One event as Anthropic sends it. */
export const event = (data: { readonly type: string; readonly [member: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

export const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [{ type: "text", text: "It is 2." }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
};

export const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

export const START = event({
  type: "message_start",
  message: { ...MESSAGE, content: [], stop_reason: null, usage: { input_tokens: 10, output_tokens: 1 } },
});
export const TEXT_BLOCK = event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
export const text = (piece: string): string => event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } });
export const TOOL_BLOCK = event({
  type: "content_block_start",
  index: 1,
  content_block: { type: "tool_use", id: "toolu_1", name: "add", input: {} },
});
export const input = (piece: string): string =>
  event({ type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: piece } });
export const blockStop = (index: number): string => event({ type: "content_block_stop", index });
export const finish = (reason: string): string =>
  event({ type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 5 } });
export const STOP = event({ type: "message_stop" });
export const FAILED = event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
export const PING = event({ type: "ping" });

/** A whole stream of text. */
export const textStream = (pieces: readonly string[]): string =>
  START + TEXT_BLOCK + pieces.map(text).join("") + blockStop(0) + finish("end_turn") + STOP;

interface ToolCall {
  readonly index: number;
  readonly id?: string;
  readonly function: { readonly name?: string; readonly arguments: string };
}

/** A chunk as OpenAI's clients read it. */
export interface Chunk {
  readonly id: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string; readonly tool_calls?: readonly ToolCall[] };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly total_tokens: number } | null;
  readonly error?: { readonly message: string };
}

/** The chunks of a stream, without its end mark. @throws SyntaxError if one is no JSON */
export const chunksOf = (stream: string): readonly Chunk[] =>
  stream
    .split("\n\n")
    .filter((one) => one.startsWith("data: ") && one !== "data: [DONE]")
    .map((one) => JSON.parse(one.slice("data: ".length)) as Chunk);

export const textOf = (stream: string): string =>
  chunksOf(stream)
    .map(({ error, choices }) => (error === undefined ? (choices[0]?.delta.content ?? "") : ""))
    .join("");
