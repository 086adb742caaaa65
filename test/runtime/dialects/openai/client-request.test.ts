import type { Json, JsonObject } from "../../../../runtime/conversation/json";
import type { ChatRequest } from "../../../../runtime/conversation/request";
import { client } from "../../../../runtime/dialects/openai/client";

const messages = [{ role: "user", content: "hi" }];
const read = (members: JsonObject): ChatRequest => client.read({ messages, ...members });

test("what is not asked for is undefined", () => {
  expect(read({ model: "m", stream: true, stream_options: { include_usage: true } })).toStrictEqual({
    messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
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
  });
});

test.each<[JsonObject, Partial<ChatRequest>]>([
  [
    { temperature: 0.5, top_p: 1, top_k: 40, n: 2, parallel_tool_calls: false },
    { temperature: 0.5, topP: 1, topK: 40, n: 2, parallelToolCalls: false },
  ],
  [
    { temperature: null, n: null, stop: null, tools: null, extra_body: null },
    { temperature: undefined, n: undefined, stop: [], tools: [] },
  ],
  [{ max_tokens: 5 }, { maxTokens: 5 }],
  [{ max_completion_tokens: 5 }, { maxTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 3 }, { maxTokens: 3 }],
  [{ max_tokens: 3, max_completion_tokens: 5 }, { maxTokens: 3 }],
  [{ stop: "a" }, { stop: ["a"] }],
  [{ stop: ["a", "b"] }, { stop: ["a", "b"] }],
  [{ response_format: { type: "text" } }, { responseFormat: { kind: "text" } }],
  [{ response_format: { type: "json_object" } }, { responseFormat: { kind: "json" } }],
  [
    { response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" }, strict: true, description: "d" } } },
    { responseFormat: { kind: "schema", name: "n", schema: { type: "object" }, strict: true, description: "d" } },
  ],
  [{ response_format: { type: "json_schema", json_schema: { name: "n" } } }, { responseFormat: { kind: "schema", name: "n", schema: {} } }],
  [{ reasoning_effort: "low" }, { reasoning: { effort: "low" } }],
  [{ reasoning_effort: "low", reasoning: { effort: "high", max_tokens: 9, exclude: true } }, { reasoning: { effort: "high", budget: 9 } }],
  [{ reasoning: { enabled: false } }, { reasoning: { effort: "none" } }],
  [{ reasoning: { enabled: true } }, { reasoning: { effort: "medium" } }],
  [{ reasoning: { enabled: true, max_tokens: 9 } }, { reasoning: { budget: 9 } }],
  [{ reasoning: {} }, { reasoning: undefined }],
  [{ tool_choice: "required" }, { toolChoice: "required" }],
  [{ tool_choice: { type: "function", function: { name: "f" } } }, { toolChoice: { name: "f" } }],
  [{ function_call: "none" }, { toolChoice: "none" }],
  [{ function_call: { name: "f" } }, { toolChoice: { name: "f" } }],
  [{ tool_choice: "auto", function_call: "none" }, { toolChoice: "auto" }],
  [
    {
      tools: [
        {
          type: "function",
          function: { name: "f", description: "d", parameters: { type: "object" }, strict: true },
          cache_control: { type: "ephemeral" },
        },
      ],
      functions: [{ name: "g" }],
    },
    {
      tools: [
        { name: "f", description: "d", parameters: { type: "object" }, strict: true, cacheControl: { type: "ephemeral" } },
        { name: "g" },
      ],
    },
  ],
  [
    { seed: 1, user: null, unheard_of: [1] },
    {
      others: new Map<string, Json>([
        ["seed", 1],
        ["unheard_of", [1]],
      ]),
    },
  ],
  [{ extra_body: { a: 1 } }, { extraBody: { a: 1 } }],
])("%j", (members, expected) => {
  expect(read(members)).toMatchObject(expected);
});

test.each<[JsonObject, string]>([
  [{ tools: [{ type: "custom", custom: { name: "c" } }] }, "tools[0].custom"],
  [{ tool_choice: { type: "allowed_tools", allowed_tools: {} } }, "tool_choice.allowed_tools"],
  [{ response_format: { type: "grammar", grammar: "x" } }, "response_format.grammar"],
  [{ reasoning_effort: "max" }, "reasoning_effort.max"],
  [{ reasoning: { effort: "max" } }, "reasoning.effort.max"],
])("%j has no neutral word, and is told", (members, field) => {
  expect(read(members).unexpressed).toStrictEqual([field]);
});

test("no more names than a few are told", () => {
  expect(read({ tools: new Array<Json>(1000).fill({ type: "custom" }) }).unexpressed).toHaveLength(16);
});

test.each<[JsonObject, string]>([
  [{ messages: {} }, "'messages' must be an array with at least one message, but an object was given"],
  [{ messages: [] }, "'messages' must be an array with at least one message, but an empty array was given"],
  [{ temperature: "hot" }, `'temperature' must be a number, but "hot" was given`],
  [{ temperature: JSON.parse("1e999") as number }, "'temperature' must be a number, but Infinity was given"],
  [{ max_tokens: 1.5 }, "'max_tokens' must be an integer of at least 1, but 1.5 was given"],
  [{ n: 0 }, "'n' must be an integer of at least 1, but 0 was given"],
  [{ parallel_tool_calls: "yes" }, `'parallel_tool_calls' must be true or false, but "yes" was given`],
  [{ stop: 5 }, "'stop' must be a string or an array of strings, but 5 was given"],
  [{ stop: ["a", null] }, "'stop[1]' must be a string, but null was given"],
  [{ response_format: "json" }, `'response_format' must be an object, but "json" was given`],
  [{ response_format: {} }, "'response_format.type' must be a string, but nothing was given"],
  [{ response_format: { type: "json_schema" } }, "'response_format.json_schema' must be an object, but nothing was given"],
  [
    { response_format: { type: "json_schema", json_schema: { name: "n", schema: [] } } },
    "'response_format.json_schema.schema' must be an object, but an empty array was given",
  ],
  [{ reasoning: "high" }, `'reasoning' must be an object, but "high" was given`],
  [{ reasoning: { max_tokens: -1 } }, "'reasoning.max_tokens' must be an integer of at least 1, but -1 was given"],
  [{ tools: {} }, "'tools' must be an array, but an object was given"],
  [{ tools: [{ function: {} }] }, "'tools[0].type' must be a string, but nothing was given"],
  [{ tools: [{ type: "function" }] }, "'tools[0].function' must be an object, but nothing was given"],
  [
    { tools: [{ type: "function", function: { name: "f", parameters: "{}" } }] },
    `'tools[0].function.parameters' must be an object, but "{}" was given`,
  ],
  [{ functions: [{}] }, "'functions[0].name' must be a string, but nothing was given"],
  [{ tool_choice: "any" }, `'tool_choice' must be one of "auto", "none", "required" or an object, but "any" was given`],
  [{ tool_choice: { type: "function" } }, "'tool_choice.function' must be an object, but nothing was given"],
  [{ function_call: 1 }, `'function_call' must be one of "auto", "none" or an object, but 1 was given`],
  [{ extra_body: [] }, "'extra_body' must be an object, but an empty array was given"],
])("%j is refused", (members, message) => {
  expect(() => read(members)).toThrow(expect.objectContaining({ code: "wrong_format", status: 400, message }) as Error);
});

test.each([null, 5, "x", []])("%j is no request", (value) => {
  expect(() => client.read(value)).toThrow(expect.objectContaining({ code: "wrong_format" }) as Error);
});

describe("JSON that nests very deep is refused, as printing it could use up the stack", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`) as Json;

  test.each<[string, JsonObject]>([
    ["unheard_of", { unheard_of: deep }],
    ["extra_body", { extra_body: { deep } }],
    ["tools[0].function.parameters", { tools: [{ type: "function", function: { name: "f", parameters: { deep } } }] }],
    ["tools[0].cache_control", { tools: [{ type: "function", function: { name: "f" }, cache_control: deep }] }],
    ["response_format.json_schema.schema", { response_format: { type: "json_schema", json_schema: { name: "n", schema: { deep } } } }],
    ["messages[0].content[0].cache_control", { messages: [{ role: "user", content: [{ type: "text", text: "a", cache_control: deep }] }] }],
  ])("in %s", (path, members) => {
    const message = `'${path}' must be nested at most 256 deep, but it is nested deeper`;
    expect(() => read(members)).toThrow(expect.objectContaining({ code: "wrong_format", message }) as Error);
  });
});

test("a member named like a prototype is a member like any other", () => {
  const request = client.read(JSON.parse('{"messages":[{"role":"user","content":"x"}],"__proto__":{"n":5},"constructor":1}') as Json);
  expect([...request.others.keys()]).toStrictEqual(["__proto__", "constructor"]);
  expect(request.n).toBeUndefined();
});
