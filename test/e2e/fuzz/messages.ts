/** What Anthropic's Messages API answers, value by value, for the fuzzer to change. */
import type { Random } from "./random";
import type { Json } from "./values";

const USAGE = { input_tokens: 5, output_tokens: 7, cache_read_input_tokens: 1, cache_creation_input_tokens: 0 };

const TEXT = { type: "text", text: "Hello there", citations: null };
const TOOL = { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } };
const THINKING = { type: "thinking", thinking: "Hm", signature: "c2ln" };
const REDACTED = { type: "redacted_thinking", data: "cmVk" };

const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude",
  content: [TEXT],
  stop_reason: "end_turn",
  usage: USAGE,
};

const REASONS = ["end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal", "pause_turn", null, "constructor"];

/** A valid answer in one piece. */
export function wholeMessage(random: Random): Json {
  if (random.chance(0.6)) return MESSAGE;
  const content = [random.pick([THINKING, REDACTED, TEXT]), TEXT, random.pick([TOOL, TEXT, { type: "server_tool_use", id: "s" }])];
  return { ...MESSAGE, content, stop_reason: random.pick(REASONS) };
}

/** A block of content in its events. */
function block(index: number, start: object, deltas: readonly object[]): Json[] {
  return [
    { type: "content_block_start", index, content_block: start },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

/** The events of a valid stream, but for its end mark. */
export function messageEvents(random: Random): Json[] {
  const words = Array.from({ length: random.int(0, 12) }, (_, index) => ({ type: "text_delta", text: `word ${index} ` }));
  const thinking = [
    { type: "thinking_delta", thinking: "Hm" },
    { type: "signature_delta", signature: "c2ln" },
  ];
  const input = ['{"a"', ":1}"].map((partial_json) => ({ type: "input_json_delta", partial_json }));
  const blocks = [
    ...(random.chance(0.1) ? block(0, { type: "thinking", thinking: "", signature: "" }, thinking) : []),
    ...block(1, { type: "text", text: "" }, words),
    ...(random.chance(0.1) ? block(2, { ...TOOL, input: {} }, input) : []),
  ];
  const ping = random.chance(0.3) ? [{ type: "ping" }] : [];
  const end = { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 7 } };
  return [{ type: "message_start", message: { ...MESSAGE, content: [], stop_reason: null } }, ...ping, ...blocks, end];
}

export const MESSAGE_END = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

export const MESSAGE_REFUSALS: readonly Json[] = [
  { type: "error", error: { type: "invalid_request_error", message: "prompt is too long: 11 tokens > 10 maximum" } },
  { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
  { type: "error", error: { type: "request_too_large", message: "Request exceeds the maximum size" } },
  { type: "error", error: null },
  { error: "text" },
];
