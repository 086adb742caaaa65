import type { ChatAnswer } from "../../../../runtime/conversation/answer";
import { AnswerProblem } from "../../../../runtime/conversation/dialect";
import type { Json } from "../../../../runtime/conversation/json";
import { client } from "../../../../runtime/dialects/openai/client";
import { upstream } from "../../../../runtime/dialects/openai/upstream";

const read = (answer: Json): ChatAnswer =>
  upstream
    .begin(client.read({ messages: [{ role: "user", content: "x" }] }), {
      model: "m",
      stream: false,
      usage: false,
      options: { azure_api_version: "x" },
    })
    .readAnswer(answer);

const choice = (message: Json, more: object = {}): Json => ({ choices: [{ message, finish_reason: "stop", ...more }] });

test("a whole answer", () => {
  const message = {
    role: "assistant",
    content: "a",
    refusal: "b",
    reasoning_content: "hm",
    tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
  };
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, completion_tokens_details: { reasoning_tokens: 1 } };
  expect(
    read({ id: "i", model: "m", choices: [{ index: 0, message, finish_reason: "tool_calls", logprobs: { content: [] } }], usage }),
  ).toStrictEqual({
    id: "i",
    model: "m",
    choices: [
      {
        parts: [
          { type: "reasoning", text: "hm" },
          { type: "text", text: "a" },
          { type: "refusal", text: "b" },
          { type: "tool_call", id: "c", name: "f", arguments: "{}" },
        ],
        finish: "tool_calls",
        logprobs: { content: [] },
      },
    ],
    usage,
  });
});

test.each<[string, Json, Partial<ChatAnswer>]>([
  ["empty names", { id: "", model: "", choices: [] }, { id: undefined, model: undefined, choices: [], usage: undefined }],
  ["names that are none", { id: 5, model: {}, choices: [], usage: [] }, { id: undefined, model: undefined, usage: undefined }],
  ["no content", choice({ content: null }), { choices: [{ parts: [], finish: "stop" }] }],
  [
    "content in parts",
    choice({ content: [{ type: "text", text: "a" }, { text: "b" }, null] }),
    { choices: [{ parts: [{ type: "text", text: "ab" }], finish: "stop" }] },
  ],
  [
    "a call in the legacy form",
    choice({ content: null, function_call: { name: "f", arguments: "{}" } }, { finish_reason: "function_call" }),
    { choices: [{ parts: [{ type: "tool_call", id: "call_0_0", name: "f", arguments: "{}" }], finish: "tool_calls" }] },
  ],
  [
    "calls without ids, and arguments that are no text",
    choice({ tool_calls: [{ function: { name: "f", arguments: { a: 1 } } }, { id: "", function: { name: "g" } }] }),
    {
      choices: [
        {
          parts: [
            { type: "tool_call", id: "call_0_0", name: "f", arguments: '{"a":1}' },
            { type: "tool_call", id: "call_0_1", name: "g", arguments: "" },
          ],
          finish: "stop",
        },
      ],
    },
  ],
  ["a reason that is not known", choice({ content: "" }, { finish_reason: "eos" }), { choices: [{ parts: [], finish: "stop" }] }],
  ["a reason in other words", choice({ content: "" }, { finish_reason: "model_length" }), { choices: [{ parts: [], finish: "length" }] }],
  ["no reason", choice({ content: "" }, { finish_reason: null }), { choices: [{ parts: [], finish: "stop" }] }],
])("%s", (_name, answer, expected) => {
  expect(read(answer)).toMatchObject(expected);
});

test("probabilities that nest very deep are left out", () => {
  const logprobs = JSON.parse("[".repeat(10_000) + "]".repeat(10_000)) as Json;
  expect(read(choice({ content: "a" }, { logprobs })).choices[0]).toStrictEqual({ parts: [{ type: "text", text: "a" }], finish: "stop" });
});

test("arguments that nest very deep are left out", () => {
  const deep = JSON.parse("[".repeat(10_000) + "]".repeat(10_000)) as Json;
  expect(read(choice({ tool_calls: [{ id: "c", function: { name: "f", arguments: deep } }] })).choices[0]?.parts).toStrictEqual([
    { type: "tool_call", id: "c", name: "f", arguments: "" },
  ]);
});

test.each<[Json, string]>([
  [null, "is no JSON object"],
  [[], "is no JSON object"],
  ["x", "is no JSON object"],
  [{}, "holds no 'choices'"],
  [{ choices: {} }, "holds no 'choices'"],
  [{ error: null }, "holds no 'choices'"],
  [{ error: { message: "overloaded" } }, "reports an error: overloaded"],
  [{ choices: [null] }, "holds no message in choice 0"],
  [{ choices: [{ message: "x" }] }, "holds no message in choice 0"],
  [choice({ tool_calls: [null] }), "names no function in tool call 0 of choice 0"],
  [choice({ tool_calls: [{ function: { name: "" } }] }), "names no function in tool call 0 of choice 0"],
])("%j cannot be read", (answer, problem) => {
  expect(() => read(answer)).toThrow(new AnswerProblem(problem));
});
