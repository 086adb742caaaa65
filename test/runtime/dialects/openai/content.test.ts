/** What counts as content of a stream: whatever a delta says beyond its role, in small and large events, passed on and translated. */
import { streamReader } from "../../../support/openai-dialect";
import { client } from "../../../../runtime/dialects/openai/client";
import { upstream } from "../../../../runtime/dialects/openai/upstream";
import type { Json } from "../../../../runtime/conversation/json";

const PADDING = "x".repeat(300 * 1024);
const OPTIONS = { withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: 1024 * 1024 };

const SAYING: readonly (readonly [string, Json])[] = [
  ["text", { content: "a" }],
  ["reasoning as DeepSeek spells it", { reasoning_content: "hm" }],
  ["reasoning as OpenRouter spells it", { role: "assistant", content: "", reasoning: "hm" }],
  ["details of reasoning", { content: "", reasoning_details: [{ type: "reasoning.text", text: "hm" }] }],
  ["a function call", { function_call: { name: "f", arguments: "" } }],
  ["a tool call", { tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "f", arguments: "" } }] }],
  ["a refusal", { refusal: "no" }],
  ["audio", { audio: { id: "audio_1", data: "UklGRg==" } }],
  ["images", { images: [{ type: "image_url", image_url: { url: "data:," } }] }],
  ["a list of parts", { content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }],
  ["annotations", { content: "", annotations: [{ type: "url_citation", url_citation: { url: "https://example.com" } }] }],
  ["a text that nobody has thought of", { x_words: "a" }],
  ["an object that nobody has thought of", { x_thing: { of: { some: "depth" } } }],
  ["a count that nobody has thought of", { x_count: 1 }],
];

const SILENT: readonly (readonly [string, Json])[] = [
  ["nothing", {}],
  ["a role", { role: "assistant" }],
  ["a role and an empty text", { role: "assistant", content: "" }],
  ["a role and null", { role: "assistant", content: null, refusal: null, function_call: null, tool_calls: null, audio: null }],
  ["empty lists", { role: "assistant", content: [], tool_calls: [], images: [], annotations: [], reasoning_details: [] }],
  ["empty objects", { function_call: {}, audio: {}, x_thing: { of: { none: "" } } }],
  ["an empty call of a function", { function_call: { name: "", arguments: "" } }],
  ["empty texts", { content: "", reasoning: "", reasoning_content: "", refusal: "" }],
  ["flags and zeros", { content: "", prefix: false, x_count: 0 }],
  ["padding that hides a length", { role: "assistant", content: "", obfuscation: "aZ4" }],
];

const chunk = (delta: Json, more: object = {}): object => ({
  id: "i",
  choices: [{ index: 0, delta, finish_reason: null, logprobs: null }],
  ...more,
});

/** What is known after one event, and what the client has of it. */
function after(event: object): { readonly content: boolean; readonly given: string } {
  const reader = streamReader(OPTIONS);
  const given = [reader.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`))];
  while (reader.busy) given.push(reader.step());
  return { content: reader.content, given: Buffer.concat(given).toString() };
}

/** Whether a delta counts for a client of another dialect. */
function translated(delta: Json): boolean {
  const exchange = upstream.begin(client.read({ messages: [{ role: "user", content: "x" }] }), {
    model: "m",
    stream: true,
    usage: true,
    options: { azure_api_version: "x" },
  });
  const events = exchange.stream().read({ event: undefined, data: JSON.stringify(chunk(delta)) });
  return events?.some(({ type }) => type !== "started") === true;
}

describe("content is any delta that says more than the role", () => {
  test.each(SAYING)("%s counts", (_name, delta) => {
    for (const event of [chunk(delta), chunk(delta, { padding: PADDING })]) {
      expect(after(event)).toMatchObject({ content: true, given: `data: ${JSON.stringify(event)}\n\n` });
    }
    expect(translated(delta)).toBe(true);
  });

  test.each(SILENT)("%s does not", (_name, delta) => {
    for (const event of [chunk(delta), chunk(delta, { padding: PADDING })]) expect(after(event).content).toBe(false);
    expect(translated(delta)).toBe(false);
  });

  test.each([
    ["results of a filter for the prompt", { id: "", model: "", choices: [], prompt_filter_results: [{ prompt_index: 0 }] }],
    ["results of a filter for the answer", { id: "", choices: [{ index: 0, finish_reason: null, content_filter_results: { hate: {} } }] }],
    ["usage alone", { id: "i", choices: [], usage: { prompt_tokens: 1, completion_tokens: 0 } }],
  ])("%s does not", (_name, event) => {
    expect(after(event).content).toBe(false);
  });

  test("JSON that nests as deep as it can counts, and is read", () => {
    const deep = `{"choices":[{"delta":{"x":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}}]}`;
    const reader = streamReader(OPTIONS);
    reader.push(Buffer.from(`data: ${deep}\n\n`));
    expect(reader.content).toBe(true);
  });
});

test("only text is kept for another answer to go on with", () => {
  const text = { id: "i", choices: [{ index: 0, delta: { content: "a" } }] };
  const reader = streamReader(OPTIONS);
  reader.push(Buffer.from(`data: ${JSON.stringify(text)}\n\n`));
  expect(reader.resumePoint()).toMatchObject({ text: "a" });
  reader.push(Buffer.from(`data: ${JSON.stringify(chunk({ images: [{}] }))}\n\n`));
  expect(reader.resumePoint()).toBeUndefined();
});
