import type Anthropic from "@anthropic-ai/sdk";
import type { ChatAnswer } from "../../../../runtime/conversation/answer";
import { AnswerProblem } from "../../../../runtime/conversation/dialect";
import type { Json } from "../../../../runtime/conversation/json";
import type { ChatRequest } from "../../../../runtime/conversation/request";
import { anthropic } from "../../../../runtime/dialects/anthropic";
import { asked, called, said } from "./support";

const read = (answer: unknown, request: Partial<ChatRequest> = {}): ChatAnswer =>
  anthropic.upstream.begin(asked(request), called()).readAnswer(answer as Json);

const usage = (counts: Partial<Anthropic.Usage>): Anthropic.Usage => ({
  cache_creation: null,
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  inference_geo: null,
  input_tokens: 0,
  output_tokens: 0,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
  ...counts,
});

const message = (changes: Partial<Anthropic.Message>): Anthropic.Message => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [],
  container: null,
  diagnostics: null,
  stop_details: null,
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: usage({ input_tokens: 3, output_tokens: 5 }),
  ...changes,
});

const direct = { type: "direct" } as const;

test("a whole answer", () => {
  const answer = message({
    content: [
      { type: "thinking", thinking: "Hm", signature: "c2ln" },
      { type: "redacted_thinking", data: "eA==" },
      { type: "text", text: "I look.", citations: null },
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "a" }, caller: direct },
      { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [], caller: direct },
      { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Rome" }, caller: direct },
      { type: "tool_use", id: "toolu_2", name: "time", input: {}, caller: direct },
    ],
    stop_reason: "tool_use",
  });

  expect(read(answer)).toEqual({
    id: "msg_1",
    model: "claude-sonnet-4-5-20250929",
    choices: [
      {
        parts: [
          { type: "reasoning", text: "Hm", signature: "c2ln" },
          { type: "reasoning", text: "", redacted: "eA==" },
          { type: "text", text: "I look." },
          { type: "tool_call", id: "toolu_1", name: "weather", arguments: '{"city":"Rome"}' },
          { type: "tool_call", id: "toolu_2", name: "time", arguments: "{}" },
        ],
        finish: "tool_calls",
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
  });
});

test.each<[Anthropic.StopReason | null, string]>([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["refusal", "content_filter"],
  [null, "stop"],
  ["something new" as Anthropic.StopReason, "stop"],
])("%s is %s", (stop_reason, finish) => {
  expect(read(message({ stop_reason })).choices[0]?.finish).toBe(finish);
});

test("what is said of a refusal", () => {
  const answer = message({ stop_reason: "refusal", stop_details: { type: "refusal", category: "cyber", explanation: "Not that." } });

  expect(read(answer).choices[0]).toEqual({ parts: [{ type: "refusal", text: "Not that." }], finish: "content_filter" });
});

test.each([
  [
    "the prompt cache is part of the prompt",
    usage({ input_tokens: 10, output_tokens: 4, cache_read_input_tokens: 100, cache_creation_input_tokens: 20 }),
    { prompt_tokens: 130, completion_tokens: 4, total_tokens: 134, prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 20 } },
  ],
  [
    "reasoning",
    usage({ input_tokens: 1, output_tokens: 9, cache_read_input_tokens: 0, output_tokens_details: { thinking_tokens: 7 } }),
    {
      prompt_tokens: 1,
      completion_tokens: 9,
      total_tokens: 10,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 7 },
    },
  ],
  ["odd counts", { input_tokens: "3", output_tokens: -1 }, { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
  ["none", null, undefined],
  [
    "counts that are not whole",
    { input_tokens: 1.5, output_tokens: 1e308 },
    { prompt_tokens: 1, completion_tokens: 2 ** 50, total_tokens: 2 ** 50 + 1 },
  ],
])("usage: %s", (_title, given, counts) => {
  expect(read(message({ usage: given as Anthropic.Usage })).usage).toEqual(counts);
});

test("the tool that stands for JSON mode is the answer's text", () => {
  const answer = message({
    content: [{ type: "tool_use", id: "toolu_1", name: "json_answer", input: { a: [1] }, caller: direct }],
    stop_reason: "tool_use",
  });
  const request: Partial<ChatRequest> = { messages: [said("a")], responseFormat: { kind: "json" } };

  expect(read(answer, request).choices).toEqual([{ parts: [{ type: "text", text: '{"a":[1]}' }], finish: "stop" }]);
  expect(read(answer).choices[0]?.finish).toBe("tool_calls");
});

test("a replaced id comes back", () => {
  const request: Partial<ChatRequest> = {
    messages: [{ role: "assistant", parts: [{ type: "tool_call", id: "a|b", name: "see", arguments: "" }] }],
  };
  const exchange = anthropic.upstream.begin(asked(request), called());
  const { messages } = exchange.body as { messages: [{ content: [{ id: string }] }] };
  const content = [{ type: "tool_use", id: messages[0].content[0].id, name: "see", input: {} }];

  expect(exchange.readAnswer({ content }).choices[0]?.parts[0]).toMatchObject({ id: "a|b" });
});

const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`) as Json;

test.each<[string, Json]>([
  ["is no JSON object", null],
  ["is no JSON object", []],
  ["is no JSON object", "a"],
  ["holds no 'content'", {}],
  ["holds no 'content'", { content: "a" }],
  ["holds a tool call without 'id' or 'name'", { content: [{ type: "tool_use", id: "a" }] }],
  ["holds a tool call that is nested too deep", { content: [{ type: "tool_use", id: "a", name: "b", input: deep }] }],
])("the answer %s", (text, answer) => {
  expect(() => read(answer)).toThrow(new AnswerProblem(text));
});
