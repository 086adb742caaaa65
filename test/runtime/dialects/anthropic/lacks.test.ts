import type { Json } from "../../../../runtime/conversation/json";
import type { Part } from "../../../../runtime/conversation/parts";
import type { ChatRequest } from "../../../../runtime/conversation/request";
import { anthropic } from "../../../../runtime/dialects/anthropic";
import { asked, said } from "./support";

const fields = (changes: Partial<ChatRequest>, model?: string): readonly string[] =>
  anthropic.upstream.lacks(asked(changes), model).map((lack) => lack.field);

test.each<[string, Json, readonly string[]]>([
  ["logprobs", true, ["logprobs"]],
  ["logprobs", false, []],
  ["top_logprobs", 2, ["top_logprobs"]],
  ["top_logprobs", 0, []],
  ["logit_bias", { "50256": -100 }, ["logit_bias"]],
  ["logit_bias", {}, []],
  ["audio", { voice: "alloy", format: "wav" }, ["audio"]],
  ["audio", null, []],
  ["modalities", ["text", "audio"], ["modalities"]],
  ["modalities", ["text"], []],
  ["web_search_options", {}, ["web_search_options"]],
  ["previous_response_id", "resp_1", ["previous_response_id"]],
  ["seed", 1, []],
])("%s: %j", (name, value, lacking) => {
  expect(fields({ others: new Map([[name, value]]) })).toEqual(lacking);
});

test.each([
  [undefined, []],
  [1, []],
  [2, ["n"]],
])("n: %p", (n, lacking) => {
  expect(fields({ n })).toEqual(lacking);
});

const data = (mediaType: string): { kind: "data"; mediaType: string; data: string } => ({ kind: "data", mediaType, data: "AAAA" });

test.each<[string, Part, readonly string[]]>([
  ["audio", { type: "audio", data: "AAAA", format: "wav" }, ["messages[1].content[1].input_audio"]],
  ["a picture that is drawn", { type: "image", source: data("image/svg+xml") }, ["messages[1].content[1].image_url"]],
  ["a picture", { type: "image", source: data("image/webp") }, []],
  ["a text as a picture", { type: "image", source: data("text/plain") }, ["messages[1].content[1].image_url"]],
  ["an address", { type: "image", source: { kind: "url", url: "https://example.com/a.svg" } }, []],
  ["an archive", { type: "file", source: data("application/zip") }, ["messages[1].content[1].file"]],
  ["a PDF", { type: "file", source: data("application/pdf") }, []],
  [
    "a result with an archive",
    { type: "tool_result", id: "a", content: [{ type: "file", source: data("application/zip") }] },
    ["messages[1].content[1]"],
  ],
])("%s", (_title, part, lacking) => {
  expect(fields({ messages: [said("a"), { role: "user", parts: [{ type: "text", text: "b" }, part] }] })).toEqual(lacking);
});

const choice: Partial<ChatRequest> = { tools: [{ name: "see" }], toolChoice: "required" };
const continued: Partial<ChatRequest> = { messages: [said("a"), { role: "assistant", parts: [{ type: "text", text: "b" }] }] };
const list: Partial<ChatRequest> = { responseFormat: { kind: "schema", name: "a", schema: { type: "array" } } };

test.each<[string, Partial<ChatRequest>, string | undefined, readonly string[]]>([
  ["a tool has to be called", choice, "claude-opus-5-5", ["tool_choice"]],
  ["a tool has to be called", choice, "claude-opus-5", []],
  ["a tool has to be called", choice, undefined, []],
  ["any object", { responseFormat: { kind: "json" } }, "claude-sonnet-5-5", ["response_format"]],
  ["any object", { responseFormat: { kind: "json" } }, "claude-sonnet-5", []],
  ["a list", list, "claude-3-haiku-20240307", ["response_format"]],
  ["a list", list, "claude-opus-4-5", []],
  ["an answer is to be continued", continued, "claude-opus-4-6", ["messages[1]"]],
  ["an answer is to be continued", continued, "claude-opus-4-5", []],
])("%s, from %s", (_title, changes, model, lacking) => {
  expect(fields(changes, model)).toEqual(lacking);
});

test("what was lacking for a model that was not known is listed", () => {
  const call = { model: "claude-opus-5-5", stream: false, usage: false, options: { azure_api_version: "" } };

  expect(anthropic.upstream.begin(asked({ responseFormat: { kind: "json" } }), call).dropped).toEqual(["response_format"]);
});
