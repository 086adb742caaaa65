import type { ChatCall } from "../../../../runtime/conversation/dialect";
import type { JsonObject } from "../../../../runtime/conversation/json";
import type { ChatRequest, Message } from "../../../../runtime/conversation/request";
import { client } from "../../../../runtime/dialects/openai/client";
import { upstream } from "../../../../runtime/dialects/openai/upstream";

const MESSAGES = [{ role: "user", content: "hi" }];
const CALL: ChatCall = { model: "m", stream: false, usage: false, options: { azure_api_version: "2023-05-15" } };
const options = (more: Partial<ChatCall["options"]>): ChatCall => ({ ...CALL, options: { ...CALL.options, ...more } });

const begin = (members: JsonObject, call: Partial<ChatCall> = {}): ReturnType<typeof upstream.begin> =>
  upstream.begin(client.read({ messages: MESSAGES, ...members }), { ...CALL, ...call });

const withMessages = (...messages: Message[]): ChatRequest => ({ ...client.read({ messages: MESSAGES }), messages });
const writtenMessages = (...messages: Message[]): unknown =>
  (upstream.begin(withMessages(...messages), CALL).body as { messages: unknown }).messages;

test.each<[string, JsonObject, Partial<ChatCall>, object]>([
  ["nothing but the conversation", { model: "asked", stream: true }, {}, {}],
  ["a stream", {}, { stream: true }, { stream: true }],
  ["a stream with usage", {}, { stream: true, usage: true }, { stream: true, stream_options: { include_usage: true } }],
  ["usage without a stream", {}, { usage: true }, {}],
  [
    "defaults",
    {},
    options({ temperature: 1, top_p: 0.5, top_k: 3, max_tokens: 9 }),
    { temperature: 1, top_p: 0.5, top_k: 3, max_tokens: 9 },
  ],
  [
    "a request's own in front of defaults",
    { temperature: 0, top_p: 1 },
    options({ temperature: 1, top_p: 0.5 }),
    { temperature: 0, top_p: 1 },
  ],
  ["a cap", { max_tokens: 99 }, options({ max_tokens: 9 }), { max_tokens: 9 }],
  ["less than the cap", { max_completion_tokens: 5 }, options({ max_tokens: 9 }), { max_tokens: 5 }],
  ["a cap of a reasoning model", { max_tokens: 5 }, { model: "o3-mini" }, { model: "o3-mini", max_completion_tokens: 5 }],
  ["an effort", { reasoning: { effort: "xhigh", max_tokens: 5 } }, {}, { reasoning_effort: "xhigh" }],
  ["a small budget", { reasoning: { max_tokens: 1024 } }, {}, { reasoning_effort: "minimal" }],
  ["a budget", { reasoning: { max_tokens: 10_000 } }, {}, { reasoning_effort: "medium" }],
  ["a large budget", { reasoning: { max_tokens: 50_000 } }, {}, { reasoning_effort: "high" }],
  ["members that OpenAI knows", { seed: 1, logit_bias: { "5": 1 }, foo: 1 }, {}, { seed: 1, logit_bias: { "5": 1 } }],
  ["extra members", { extra_body: { foo: 1, bar: null } }, {}, { foo: 1, bar: null }],
  [
    "extra members that would override something",
    {
      temperature: 1,
      extra_body: {
        model: "x",
        stream: true,
        stream_options: {},
        max_completion_tokens: 1,
        max_tokens: 1,
        messages: [],
        n: 9,
        temperature: 2,
      },
    },
    {},
    { temperature: 1 },
  ],
])("%s", (_name, members, call, expected) => {
  expect(begin(members, call).body).toStrictEqual({ model: "m", messages: MESSAGES, ...expected });
});

test.each<[JsonObject, readonly string[]]>([
  [{ seed: 1 }, []],
  [{ foo: 1, bar: null, baz: {} }, ["foo", "baz"]],
  [{ reasoning: { max_tokens: 5 } }, ["reasoning.max_tokens"]],
  [{ messages: [{ role: "system", content: "x", cache_control: {} }] }, ["cache_control"]],
  [{ messages: [{ role: "tool", tool_call_id: "c", content: [{ type: "text", text: "x", cache_control: {} }] }] }, ["cache_control"]],
  [{ tools: [{ type: "function", function: { name: "f" }, cache_control: {} }] }, ["cache_control"]],
])("of %j has no effect: %j", (members, dropped) => {
  const exchange = begin(members);
  expect(exchange.dropped).toStrictEqual(dropped);
  expect(JSON.stringify(exchange.body)).not.toMatch(/foo|cache_?control/i);
});

test("a member named like the prototype sets none", () => {
  const { body } = begin({ extra_body: JSON.parse('{"__proto__":{"polluted":1}}') as JsonObject });
  expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  expect(JSON.stringify(body)).toContain('"__proto__":{"polluted":1}');
});

describe("messages", () => {
  test.each<[string, Message, readonly object[]]>([
    [
      "one text is a string",
      { role: "user", parts: [{ type: "text", text: "a" }], name: "n" },
      [{ role: "user", content: "a", name: "n" }],
    ],
    ["nothing is an empty string", { role: "system", parts: [] }, [{ role: "system", content: "" }]],
    [
      "calls alone have no content",
      { role: "assistant", parts: [{ type: "tool_call", id: "c", name: "f", arguments: "{}" }] },
      [{ role: "assistant", content: null, tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] }],
    ],
    [
      "reasoning without proof is told as text",
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "hm" },
          { type: "text", text: "a" },
        ],
      },
      [{ role: "assistant", content: "a", reasoning_content: "hm" }],
    ],
    [
      "reasoning with proof is told with it",
      { role: "assistant", parts: [{ type: "reasoning", text: "hm", signature: "s" }] },
      [{ role: "assistant", content: "", reasoning_details: [{ type: "reasoning.text", text: "hm", signature: "s" }] }],
    ],
    [
      "results are messages of their own",
      {
        role: "tool",
        parts: [
          { type: "tool_result", id: "c", content: [{ type: "text", text: "1" }] },
          { type: "tool_result", id: "d", content: [], isError: true },
        ],
      },
      [
        { role: "tool", tool_call_id: "c", content: "1" },
        { role: "tool", tool_call_id: "d", content: "" },
      ],
    ],
    [
      "files and pictures",
      {
        role: "user",
        parts: [
          { type: "file", source: { kind: "data", mediaType: "application/pdf", data: "AA" }, name: "a.pdf" },
          { type: "file", source: { kind: "id", id: "f" } },
          { type: "image", source: { kind: "data", mediaType: "image/png", data: "AA" }, detail: "low" },
          { type: "audio", data: "AA", format: "mp3" },
        ],
      },
      [
        {
          role: "user",
          content: [
            { type: "file", file: { file_data: "data:application/pdf;base64,AA", filename: "a.pdf" } },
            { type: "file", file: { file_id: "f" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA", detail: "low" } },
            { type: "input_audio", input_audio: { data: "AA", format: "mp3" } },
          ],
        },
      ],
    ],
  ])("%s", (_name, message, expected) => {
    expect(writtenMessages(message)).toStrictEqual(expected);
  });

  test.each<[Message, readonly string[]]>([
    [
      {
        role: "user",
        parts: [
          { type: "text", text: "a" },
          { type: "image", source: { kind: "id", id: "i" } },
        ],
      },
      ["messages[0].content[1]"],
    ],
    [{ role: "user", parts: [{ type: "file", source: { kind: "url", url: "https://x" } }] }, ["messages[0].content[0]"]],
    [
      { role: "tool", parts: [{ type: "tool_result", id: "c", content: [{ type: "image", source: { kind: "url", url: "https://x" } }] }] },
      ["messages[0].content[0]"],
    ],
    [{ role: "user", parts: [{ type: "image", source: { kind: "url", url: "https://x" } }] }, []],
  ])("%j lacks %j", (message, fields) => {
    expect(upstream.lacks(withMessages(message)).map(({ field }) => field)).toStrictEqual(fields);
  });
});

test("the dialect has no headers of its own", () => {
  expect(begin({}).headers).toStrictEqual([]);
  expect(begin({ unheard_of: "x" }).headers).toStrictEqual([]);
});
