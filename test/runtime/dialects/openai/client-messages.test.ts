import type { Json } from "../../../../runtime/conversation/json";
import type { Part } from "../../../../runtime/conversation/parts";
import type { Message } from "../../../../runtime/conversation/request";
import { client } from "../../../../runtime/dialects/openai/client";

const read = (...messages: Json[]): readonly Message[] => client.read({ messages }).messages;
const parts = (message: Json): readonly Part[] => read(message)[0]!.parts;
const text = (value: string): Part => ({ type: "text", text: value });

describe("content", () => {
  test.each<[string, Json, readonly Part[]]>([
    ["a string", "hi", [text("hi")]],
    ["an empty string", "", []],
    ["no parts", [], []],
    [
      "texts, of which an empty one says nothing",
      [
        { type: "text", text: "a" },
        { type: "text", text: "" },
        { type: "text", text: "b" },
      ],
      [text("a"), text("b")],
    ],
    [
      "a picture by address",
      [{ type: "image_url", image_url: { url: "https://x/a.png", detail: "low" } }],
      [{ type: "image", source: { kind: "url", url: "https://x/a.png" }, detail: "low" }],
    ],
    [
      "a picture as data",
      [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
      [{ type: "image", source: { kind: "data", mediaType: "image/png", data: "AAAA" } }],
    ],
    ["sound", [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }], [{ type: "audio", data: "AAAA", format: "wav" }]],
    ["a file by id", [{ type: "file", file: { file_id: "f1" } }], [{ type: "file", source: { kind: "id", id: "f1" } }]],
    [
      "a file as data",
      [{ type: "file", file: { file_data: "data:text/plain;charset=utf-8;base64,AAAA", filename: "a.txt" } }],
      [{ type: "file", source: { kind: "data", mediaType: "text/plain", data: "AAAA" }, name: "a.txt" }],
    ],
    [
      "a PDF as bare base64",
      [{ type: "file", file: { file_data: "AAAA", filename: "a.PDF" } }],
      [{ type: "file", source: { kind: "data", mediaType: "application/pdf", data: "AAAA" }, name: "a.PDF" }],
    ],
    [
      "a file by address",
      [{ type: "file", file: { file_data: "https://x/a.pdf" } }],
      [{ type: "file", source: { kind: "url", url: "https://x/a.pdf" } }],
    ],
    [
      "a mark for the cache",
      [{ type: "text", text: "a", cache_control: { type: "ephemeral" } }],
      [{ type: "text", text: "a", cacheControl: { type: "ephemeral" } }],
    ],
  ])("%s", (_name, content, expected) => {
    expect(parts({ role: "user", content })).toStrictEqual(expected);
  });

  test("a message's own mark for the cache is its text's", () => {
    expect(parts({ role: "system", content: "a", cache_control: { type: "ephemeral" } })).toStrictEqual([
      { type: "text", text: "a", cacheControl: { type: "ephemeral" } },
    ]);
  });
});

describe("an assistant's message", () => {
  test("holds reasoning, content, refusal and calls, in this order", () => {
    const message = {
      role: "assistant",
      tool_calls: [
        { id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
        { id: "c2", function: { name: "g" }, cache_control: { type: "ephemeral" } },
      ],
      refusal: "no",
      content: [
        { type: "text", text: "a" },
        { type: "refusal", refusal: "b" },
      ],
      reasoning_content: "hm",
      reasoning_details: [
        { type: "reasoning.text", text: "hm", signature: "s", index: 0, format: "x" },
        { type: "reasoning.encrypted", data: "d" },
        { type: "reasoning.text", text: "" },
        { type: "reasoning.other", text: "?" },
        null,
      ],
      annotations: [],
      audio: null,
      function_call: null,
    };
    expect(parts(message)).toStrictEqual([
      { type: "reasoning", text: "hm", signature: "s" },
      { type: "reasoning", text: "", redacted: "d" },
      text("a"),
      { type: "refusal", text: "b" },
      { type: "refusal", text: "no" },
      { type: "tool_call", id: "c1", name: "f", arguments: '{"a":1}' },
      { type: "tool_call", id: "c2", name: "g", arguments: "", cacheControl: { type: "ephemeral" } },
    ]);
  });

  test.each(["reasoning_content", "reasoning"])("has its reasoning in %s if there are no details", (key) => {
    expect(parts({ role: "assistant", content: null, [key]: "hm" })).toStrictEqual([{ type: "reasoning", text: "hm" }]);
  });
});

test("details that say nothing are none", () => {
  const message = { role: "assistant", content: null, reasoning_content: "hm", reasoning_details: [{ type: "reasoning.other" }] };
  expect(parts(message)).toStrictEqual([{ type: "reasoning", text: "hm" }]);
});

describe("a tool's message", () => {
  test("holds one result", () => {
    expect(read({ role: "tool", tool_call_id: "c", content: "1", cache_control: { type: "ephemeral" } })).toStrictEqual([
      { role: "tool", parts: [{ type: "tool_result", id: "c", content: [text("1")], cacheControl: { type: "ephemeral" } }] },
    ]);
  });

  test("of the legacy form answers the last call of its function", () => {
    const messages = read(
      { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
      { role: "assistant", content: null, function_call: { name: "g", arguments: "{}" } },
      { role: "function", name: "f", content: "1" },
      { role: "function", name: "unknown", content: null },
    );
    expect(messages.flatMap((message) => message.parts)).toStrictEqual([
      { type: "tool_call", id: "call_function_0", name: "f", arguments: "{}" },
      { type: "tool_call", id: "call_function_1", name: "g", arguments: "{}" },
      { type: "tool_result", id: "call_function_0", content: [text("1")] },
      { type: "tool_result", id: "call_function_2", content: [] },
    ]);
  });
});

test.each<[string, Json, string]>([
  ["video", { role: "user", content: [{ type: "video_url", video_url: {} }] }, "messages[0].content[0].video_url"],
  ["a kind without a plain name", { role: "user", content: [{ type: "x y", text: "" }] }, "messages[0].content[0]"],
  ["a picture of the system", { role: "system", content: [{ type: "image_url" }] }, "messages[0].content[0].image_url"],
  [
    "a custom tool's call",
    { role: "assistant", tool_calls: [{ id: "c", type: "custom", custom: {} }] },
    "messages[0].tool_calls[0].custom",
  ],
  ["a spoken answer", { role: "assistant", audio: { id: "a" } }, "messages[0].audio"],
])("%s has no neutral word, and is told", (_name, message, field) => {
  expect(client.read({ messages: [message] }).unexpressed).toStrictEqual([field]);
});

test.each<[Json, string]>([
  [null, "'messages[0]' must be an object, but null was given"],
  [[], "'messages[0]' must be an object, but an empty array was given"],
  [{}, "'messages[0].role' must be a string, but nothing was given"],
  [
    { role: "critic", content: "" },
    `'messages[0].role' must be one of "system", "developer", "user", "assistant", "tool", "function", but "critic" was given`,
  ],
  [{ role: "user" }, "'messages[0].content' must be a string or an array of parts, but nothing was given"],
  [{ role: "user", content: 5 }, "'messages[0].content' must be a string or an array of parts, but 5 was given"],
  [{ role: "user", content: ["a"] }, `'messages[0].content[0]' must be an object, but "a" was given`],
  [{ role: "user", content: [{ text: "a" }] }, "'messages[0].content[0].type' must be a string, but nothing was given"],
  [{ role: "user", content: [{ type: "text", text: null }] }, "'messages[0].content[0].text' must be a string, but null was given"],
  [{ role: "user", content: [{ type: "image_url" }] }, "'messages[0].content[0].image_url' must be an object, but nothing was given"],
  [
    { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png,secret" } }] },
    "'messages[0].content[0].image_url.url' must be an address, or a data URL with a media type and base64, but a string was given",
  ],
  [
    { role: "user", content: [{ type: "file", file: { file_data: "c2VjcmV0" } }] },
    "'messages[0].content[0].file.file_data' must be a data URL with a media type and base64, but a string was given",
  ],
  [{ role: "user", content: "a", name: 1 }, "'messages[0].name' must be a string, but 1 was given"],
  [{ role: "tool", content: "a" }, "'messages[0].tool_call_id' must be a string, but nothing was given"],
  [{ role: "function", content: "a" }, "'messages[0].name' must be a string, but nothing was given"],
  [{ role: "assistant", tool_calls: {} }, "'messages[0].tool_calls' must be an array, but an object was given"],
  [{ role: "assistant", tool_calls: [{ function: {} }] }, "'messages[0].tool_calls[0].id' must be a string, but nothing was given"],
  [{ role: "assistant", tool_calls: [{ id: "c" }] }, "'messages[0].tool_calls[0].function' must be an object, but nothing was given"],
  [
    { role: "assistant", tool_calls: [{ id: "c", function: { name: "f", arguments: {} } }] },
    "'messages[0].tool_calls[0].function.arguments' must be a string, but an object was given",
  ],
  [{ role: "assistant", function_call: "f" }, `'messages[0].function_call' must be an object, but "f" was given`],
  [{ role: "assistant", reasoning_details: "x" }, `'messages[0].reasoning_details' must be an array, but "x" was given`],
  [{ role: "assistant", reasoning_content: 1 }, "'messages[0].reasoning_content' must be a string, but 1 was given"],
  [{ role: "assistant", refusal: [] }, "'messages[0].refusal' must be a string, but an empty array was given"],
])("%j is refused", (message, expected) => {
  expect(() => client.read({ messages: [message] })).toThrow(expect.objectContaining({ code: "wrong_format", message: expected }) as Error);
});
