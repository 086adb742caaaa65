import type Anthropic from "@anthropic-ai/sdk";
import type { ChatEvent } from "../../../../runtime/conversation/events";
import type { ChatRequest } from "../../../../runtime/conversation/request";
import { anthropic } from "../../../../runtime/dialects/anthropic";
import { asked, called, frame, said, textOf } from "./support";

type Event = Anthropic.RawMessageStreamEvent;

const reader = (request: Partial<ChatRequest> = {}): ((data: unknown, event?: string) => readonly ChatEvent[] | undefined) => {
  const stream = anthropic.upstream.begin(asked(request), called("claude-sonnet-4-5", { stream: true })).stream();
  return (data, event) => stream.read(frame(data, event));
};

const readAll = (events: readonly unknown[], request: Partial<ChatRequest> = {}): readonly ChatEvent[] => {
  const read = reader(request);
  return events.flatMap((event) => read(event) ?? []);
};

const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5, cache_creation_input_tokens: 0 } as Anthropic.Usage;
const start: Event = {
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content: [],
    stop_reason: null,
    usage,
  } as unknown as Anthropic.Message,
};
const block = (index: number, content_block: object): Event => ({
  type: "content_block_start",
  index,
  content_block: content_block as Anthropic.RawContentBlockStartEvent["content_block"],
});
const delta = (index: number, one: Anthropic.RawContentBlockDelta): Event => ({ type: "content_block_delta", index, delta: one });
const stop = (index: number): Event => ({ type: "content_block_stop", index });
const end = (stop_reason: string, output_tokens: number, details: object | null = null): readonly Event[] => [
  {
    type: "message_delta",
    delta: { stop_reason, stop_sequence: null, stop_details: details } as Anthropic.RawMessageDeltaEvent.Delta,
    usage: { output_tokens } as Anthropic.MessageDeltaUsage,
  },
  { type: "message_stop" },
];

test("reasoning, text and parallel calls, with usage that adds up", () => {
  const events = readAll([
    start,
    { type: "ping" },
    block(0, { type: "thinking", thinking: "", signature: "" }),
    delta(0, { type: "thinking_delta", thinking: "Hm" }),
    delta(0, { type: "signature_delta", signature: "c2ln" }),
    stop(0),
    block(1, { type: "redacted_thinking", data: "eA==" }),
    stop(1),
    block(2, { type: "text", text: "" }),
    delta(2, { type: "text_delta", text: "I " }),
    delta(2, { type: "text_delta", text: "look." }),
    delta(2, { type: "citations_delta", citation: { cited_text: "a" } as Anthropic.CitationsDelta["citation"] }),
    stop(2),
    block(3, { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }),
    delta(3, { type: "input_json_delta", partial_json: '{"query":1}' }),
    stop(3),
    block(4, { type: "tool_use", id: "toolu_1", name: "weather", input: {} }),
    delta(4, { type: "input_json_delta", partial_json: "" }),
    delta(4, { type: "input_json_delta", partial_json: '{"city":' }),
    delta(4, { type: "input_json_delta", partial_json: '"Rome"}' }),
    stop(4),
    block(5, { type: "tool_use", id: "toolu_2", name: "time", input: {} }),
    stop(5),
    ...end("tool_use", 40),
  ]);

  expect(events).toEqual([
    { type: "started", id: "msg_1", model: "claude-x" },
    {
      type: "usage",
      usage: {
        prompt_tokens: 15,
        completion_tokens: 1,
        total_tokens: 16,
        prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 0 },
      },
    },
    { type: "ping" },
    { choice: 0, type: "reasoning", block: 0, text: "Hm" },
    { choice: 0, type: "signature", block: 0, signature: "c2ln" },
    { choice: 0, type: "redacted_reasoning", block: 1, data: "eA==" },
    { choice: 0, type: "text", text: "I " },
    { choice: 0, type: "text", text: "look." },
    { choice: 0, type: "tool_start", index: 0, id: "toolu_1", name: "weather" },
    { choice: 0, type: "tool_arguments", index: 0, text: '{"city":' },
    { choice: 0, type: "tool_arguments", index: 0, text: '"Rome"}' },
    { choice: 0, type: "tool_start", index: 1, id: "toolu_2", name: "time" },
    { choice: 0, type: "tool_arguments", index: 1, text: "{}" },
    { choice: 0, type: "finished", finish: "tool_calls" },
    {
      type: "usage",
      usage: {
        prompt_tokens: 15,
        completion_tokens: 40,
        total_tokens: 55,
        prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 0 },
      },
    },
    { type: "ended" },
  ]);
});

test("content that comes with a block's start is not lost", () => {
  const events = readAll([
    block(0, { type: "thinking", thinking: "Hm", signature: "c2ln" }),
    block(1, { type: "text", text: "Hi" }),
    block(2, { type: "tool_use", id: "a", name: "see", input: { b: 1 } }),
    stop(2),
  ]);

  expect(events).toEqual([
    { choice: 0, type: "reasoning", block: 0, text: "Hm" },
    { choice: 0, type: "signature", block: 0, signature: "c2ln" },
    { choice: 0, type: "text", text: "Hi" },
    { choice: 0, type: "tool_start", index: 0, id: "a", name: "see" },
    { choice: 0, type: "tool_arguments", index: 0, text: '{"b":1}' },
  ]);
});

test("the tool that stands for JSON mode becomes text", () => {
  const events = readAll(
    [
      start,
      block(0, { type: "tool_use", id: "toolu_1", name: "json_answer", input: {} }),
      delta(0, { type: "input_json_delta", partial_json: '{"a"' }),
      delta(0, { type: "input_json_delta", partial_json: ":1}" }),
      stop(0),
      ...end("tool_use", 2),
    ],
    { messages: [said("a")], responseFormat: { kind: "json" } },
  );

  expect(textOf(events)).toBe('{"a":1}');
  expect(events).toContainEqual({ choice: 0, type: "finished", finish: "stop" });
  expect(events.some((event) => event.type === "tool_start")).toBe(false);
});

test("a refusal, with what is said of it", () => {
  expect(readAll(end("refusal", 1, { type: "refusal", category: null, explanation: "Not that." }))).toEqual([
    { choice: 0, type: "refusal", text: "Not that." },
    { choice: 0, type: "finished", finish: "content_filter" },
    { type: "usage", usage: { prompt_tokens: 0, completion_tokens: 1, total_tokens: 1 } },
    { type: "ended" },
  ]);
});

test("an error inside the stream", () => {
  expect(readAll([{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, { type: "error" }])).toEqual([
    { type: "failed", error: { message: "Overloaded", type: "overloaded_error", code: undefined, refusal: undefined } },
    { type: "failed", error: { message: "the provider reported an error", type: undefined, code: undefined, refusal: undefined } },
  ]);
});

test("the event's name is taken if the data names no type", () => {
  expect(reader()({ error: { type: "api_error", message: "a" } }, "error")).toMatchObject([{ type: "failed" }]);
});

test.each<[string, unknown]>([
  ["an unknown event", { type: "message_paused" }],
  ["an unknown block", block(0, { type: "hologram" })],
  ["a piece of a block that is not known", delta(7, { type: "text_delta", text: "a" })],
  ["the end of a block that is not known", stop(7)],
  ["an end without a reason", { type: "message_delta", delta: { stop_reason: null } }],
])("%s says nothing", (_title, data) => {
  expect(reader()(data)).toEqual([]);
});

test.each<[string, unknown]>([
  ["no JSON", "[DONE]"],
  ["no object", [1]],
  ["a block without a number", { type: "content_block_start", content_block: { type: "text" } }],
  ["a call without a name", block(0, { type: "tool_use", id: "a" })],
  ["a piece without content", { type: "content_block_delta", index: 0 }],
])("%s cannot be read", (_title, data) => {
  expect(reader()(data)).toBeUndefined();
});

test("blocks that never end are not kept without a limit", () => {
  const read = reader();
  for (let index = 0; index < 64; index++) read(block(index, { type: "text", text: "" }));

  expect(read(block(64, { type: "text", text: "a" }))).toBeUndefined();
  expect(read(delta(63, { type: "text_delta", text: "a" }))).toEqual([{ choice: 0, type: "text", text: "a" }]);
});

test("an answer may have any number of blocks, one after the other", () => {
  const read = reader();
  for (let index = 0; index < 200; index++) {
    read(block(index, { type: "text", text: "" }));
    read(stop(index));
  }

  expect(read(block(200, { type: "text", text: "a" }))).toEqual([{ choice: 0, type: "text", text: "a" }]);
});
