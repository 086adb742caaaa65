import type { ChatStreamReader } from "../../../../runtime/conversation/dialect";
import type { ChatEvent, ChoiceEvent } from "../../../../runtime/conversation/events";
import type { Json } from "../../../../runtime/conversation/json";
import { client } from "../../../../runtime/dialects/openai/client";
import { upstream } from "../../../../runtime/dialects/openai/upstream";

const CALL = { model: "m", stream: true, usage: true, options: { azure_api_version: "x" } };
const reader = (): ChatStreamReader => upstream.begin(client.read({ messages: [{ role: "user", content: "x" }] }), CALL).stream();

/** Events of each frame; what is no text is printed as JSON. */
function read(...frames: readonly Json[]): readonly (readonly ChatEvent[] | undefined)[] {
  const stream = reader();
  return frames.map((data) => stream.read({ event: undefined, data: typeof data === "string" ? data : JSON.stringify(data) }));
}

/** Events of a choice's deltas, without the start of the stream. */
const deltas = (...given: readonly Json[]): readonly ChatEvent[] =>
  read(...given.map((delta) => ({ id: "i", model: "m", choices: [{ index: 0, delta }] })))
    .flatMap((events) => events ?? [])
    .filter(({ type }) => type !== "started");

const calls = (...pieces: readonly Json[]): readonly ChatEvent[] => deltas(...pieces.map((piece) => ({ tool_calls: [piece] })));
const start = (index: number, id: string, name: string): ChoiceEvent => ({ type: "tool_start", choice: 0, index, id, name });
const args = (index: number, text: string): ChoiceEvent => ({ type: "tool_arguments", choice: 0, index, text });

test("frames of Azure and the events in them", () => {
  const transcript: readonly (readonly [Json, readonly ChatEvent[]])[] = [
    [{ id: "", model: "", choices: [], prompt_filter_results: [] }, []],
    [
      { id: "i", model: "m", choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }], usage: null },
      [{ type: "started", id: "i", model: "m" }],
    ],
    [{ id: "i", model: "m", choices: [{ index: 0, delta: { content: "Hi" }, logprobs: null }] }, [{ type: "text", choice: 0, text: "Hi" }]],
    [
      { id: "i", model: "m", choices: [{ index: 1, delta: { refusal: "No" }, logprobs: { refusal: [] }, finish_reason: "stop" }] },
      [
        { type: "refusal", choice: 1, text: "No" },
        { type: "logprobs", choice: 1, logprobs: { refusal: [] } },
        { type: "finished", choice: 1, finish: "stop" },
      ],
    ],
    [{ id: "i", model: "m", choices: [{ index: 0, delta: {}, finish_reason: "" }] }, []],
    [
      { id: "i", model: "m", choices: [{ index: 0, delta: {}, finish_reason: "length" }] },
      [{ type: "finished", choice: 0, finish: "length" }],
    ],
    [
      { id: "i", model: "m", choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
      [{ type: "usage", usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }],
    ],
    [" [DONE] ", [{ type: "ended" }]],
    [{ id: "i", model: "m", choices: [{ index: 0, delta: { content: "late" } }] }, []],
  ];
  expect(read(...transcript.map(([frame]) => frame))).toStrictEqual(transcript.map(([, events]) => events));
});

describe("tool calls", () => {
  test.each<[string, readonly Json[], readonly ChatEvent[]]>([
    [
      "that take turns",
      [
        { index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } },
        { index: 1, id: "b", type: "function", function: { name: "g", arguments: "1" } },
        { index: 0, function: { arguments: "2" } },
        { index: 1, id: "", function: { arguments: "3" } },
      ],
      [start(0, "a", "f"), start(1, "b", "g"), args(1, "1"), args(0, "2"), args(1, "3")],
    ],
    [
      "whose indexes do not begin with 0",
      [
        { index: 3, id: "a", function: { name: "f" } },
        { index: 3, function: { arguments: "1" } },
      ],
      [start(0, "a", "f"), args(0, "1")],
    ],
    [
      "that repeat id and name in each piece",
      [
        { index: 0, id: "a", function: { name: "f", arguments: "1" } },
        { index: 0, id: "a", function: { name: "f", arguments: "2" } },
      ],
      [start(0, "a", "f"), args(0, "1"), args(0, "2")],
    ],
    [
      "that all have index 0",
      [
        { index: 0, id: "a", function: { name: "f", arguments: "1" } },
        { index: 0, id: "b", function: { name: "f", arguments: "2" } },
        { index: 0, function: { arguments: "3" } },
      ],
      [start(0, "a", "f"), args(0, "1"), start(1, "b", "f"), args(1, "2"), args(1, "3")],
    ],
    [
      "without indexes",
      [
        { id: "a", function: { name: "f", arguments: "1" } },
        { id: "b", function: { name: "g", arguments: "2" } },
        { id: "a", function: { arguments: "3" } },
        { function: { arguments: "4" } },
      ],
      [start(0, "a", "f"), args(0, "1"), start(1, "b", "g"), args(1, "2"), args(0, "3"), args(1, "4")],
    ],
    [
      "without indexes and ids",
      [{ function: { name: "f", arguments: { a: 1 } } }, { function: { name: "f", arguments: "2" } }],
      [start(0, "call_0_0", "f"), args(0, '{"a":1}'), start(1, "call_0_1", "f"), args(1, "2")],
    ],
    ["that go on without a beginning", [{ index: 0, function: { arguments: "1" } }, null, {}, "x"], []],
  ])("%s", (_name, pieces, events) => {
    expect(calls(...pieces)).toStrictEqual(events);
  });

  test("in the legacy form", () => {
    expect(deltas({ function_call: { name: "f", arguments: "" } }, { function_call: { arguments: "1" } })).toStrictEqual([
      start(0, "call_0_0", "f"),
      args(0, "1"),
    ]);
  });

  test("are counted, so that no stream is remembered without end", () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ index, id: `c${index}`, function: { name: "f" } }));
    const chunk = {
      choices: [
        { delta: { tool_calls: many }, finish_reason: "stop" },
        { index: 1, delta: { content: "late" } },
      ],
      usage: {},
    };
    const events = read(chunk, { choices: [{ delta: { content: "late" } }] })
      .flat()
      .slice(1);
    expect(events).toHaveLength(257);
    expect(events.at(-1)).toMatchObject({ type: "failed", error: { message: "the provider made more than 256 tool calls in one choice" } });
  });
});

describe("reasoning", () => {
  test.each<[string, readonly Json[], readonly ChatEvent[]]>([
    ["as text", [{ reasoning_content: "a" }], [{ type: "reasoning", choice: 0, block: 0, text: "a" }]],
    ["as text of the other name", [{ reasoning: "a", reasoning_content: null }], [{ type: "reasoning", choice: 0, block: 0, text: "a" }]],
    [
      "told twice",
      [{ reasoning: "a", reasoning_details: [{ type: "reasoning.text", text: "a", index: 2 }] }, { reasoning_content: "b" }],
      [
        { type: "reasoning", choice: 0, block: 2, text: "a" },
        { type: "reasoning", choice: 0, block: 2, text: "b" },
      ],
    ],
    [
      "with its proof, and redacted",
      [
        { reasoning_details: [{ type: "reasoning.text", text: "a", signature: "s", index: 0 }] },
        { reasoning_details: [{ type: "reasoning.encrypted", data: "d", index: 1 }], content: "b" },
      ],
      [
        { type: "reasoning", choice: 0, block: 0, text: "a" },
        { type: "signature", choice: 0, block: 0, signature: "s" },
        { type: "redacted_reasoning", choice: 0, block: 1, data: "d" },
        { type: "text", choice: 0, text: "b" },
      ],
    ],
    [
      "told twice, with something redacted behind it",
      [
        {
          reasoning: "a",
          reasoning_details: [
            { type: "reasoning.text", text: "a" },
            { type: "reasoning.encrypted", data: "d" },
          ],
        },
      ],
      [
        { type: "reasoning", choice: 0, block: 0, text: "a" },
        { type: "redacted_reasoning", choice: 0, block: 0, data: "d" },
      ],
    ],
    [
      "of kinds that are not known",
      [
        { reasoning_details: [{ type: "x" }, null, 5] },
        { reasoning_details: "x", reasoning: {} },
        { reasoning_details: [], reasoning: {} },
      ],
      [
        { type: "unexpressed", choice: 0 },
        { type: "unexpressed", choice: 0 },
      ],
    ],
  ])("%s", (_name, given, events) => {
    expect(deltas(...given)).toStrictEqual(events);
  });
});

describe("errors", () => {
  const failed = (message: string, more: object = {}): readonly ChatEvent[] => [
    { type: "failed", error: { message, type: undefined, code: undefined, refusal: undefined, ...more } },
  ];

  test.each<[string, string | undefined, Json, readonly ChatEvent[] | undefined]>([
    ["OpenAI's", undefined, { error: { message: "m", type: "t", code: "c" } }, failed("m", { type: "t", code: "c" })],
    ["beside a chunk", undefined, { choices: [{ delta: { content: "x" } }], error: { message: "m" } }, failed("m")],
    ["as a text", undefined, { error: "m" }, failed("m")],
    ["vLLM's", undefined, { object: "error", message: "m" }, failed("m")],
    ["by the event's name", "error", { message: "m" }, failed("m")],
    ["by the event's name, without JSON", "error", "down", failed("down")],
    ["by the event's name, which says nothing", "error", 0, failed("the provider reported an error inside the stream")],
    ["that is empty, beside a chunk", undefined, { choices: [], error: {} }, []],
    [
      "that is too long",
      undefined,
      { error: { code: "context_length_exceeded" } },
      failed("context_length_exceeded", { code: "context_length_exceeded", refusal: "context_length" }),
    ],
  ])("%s", (_name, event, data, expected) => {
    expect(reader().read({ event, data: typeof data === "string" ? data : JSON.stringify(data) })).toStrictEqual(expected);
  });

  test("nothing is read after one", () => {
    expect(read({ error: "m" }, { choices: [{ delta: { content: "x" } }] }, "[DONE]").slice(1)).toStrictEqual([[], []]);
  });
});

test.each<[string, Json]>([
  ["text", "hello"],
  ["cut JSON", '{"choices":[{'],
  ["a number", 5],
  ["null", null],
  ["very many values", { choices: new Array<Json>(20_000).fill(0).concat([{ delta: { content: "x".repeat(1000) } }]) }],
])("%s in a frame is left out, and the stream goes on", (_name, data) => {
  const [first, second] = read(data, { choices: [{ index: 0, delta: { content: "x" } }] });
  expect(first).toBeUndefined();
  expect(second).toContainEqual({ type: "text", choice: 0, text: "x" });
});

test("a choice that nobody can have asked for is left out", () => {
  expect(
    read(
      { choices: [{ index: 0, delta: {} }] },
      { choices: [{ index: 256, delta: { content: "x" } }] },
      { choices: [{ index: -1, delta: {} }] },
    ).slice(1),
  ).toStrictEqual([undefined, undefined]);
});

test("an empty frame says nothing", () => {
  expect(read("")).toStrictEqual([[]]);
});
