import { fc } from "../../../support/properties";
import type { Json, JsonObject } from "../../../../runtime/conversation/json";
import type { ChatRequest, Message } from "../../../../runtime/conversation/request";
import { anthropic } from "../../../../runtime/dialects/anthropic";
import { conversation } from "./golden/conversation";
import { jsonMode } from "./golden/json-mode";
import { media } from "./golden/media";
import { parameters } from "./golden/parameters";
import { reasoning } from "./golden/reasoning";
import { tools } from "./golden/tools";
import { bodyErrors } from "./schema";
import { asked, called } from "./support";

const GOLDENS = { conversation, media, tools, reasoning, jsonMode, parameters };

// making the schema takes longer on a busy machine than a test may by default
jest.setTimeout(30_000);

describe.each(Object.entries(GOLDENS))("%s", (_name, goldens) => {
  test.each(goldens)("$title", (golden) => {
    const exchange = anthropic.upstream.begin(asked(golden.asked), called(golden.model));

    expect(JSON.parse(JSON.stringify(exchange.body))).toEqual(golden.sent);
    expect(exchange.dropped).toEqual(golden.dropped ?? []);
    expect(bodyErrors(exchange.body)).toEqual([]);
  });
});

test("the schema refuses what is no request", () => {
  expect(bodyErrors({ model: "a", messages: [] })).not.toEqual([]);
  expect(bodyErrors({ model: "a", max_tokens: 1, messages: [{ role: "user", content: [{ type: "text" }] }] })).not.toEqual([]);
});

test("streams are asked for, in the configured version", () => {
  const exchange = anthropic.upstream.begin(
    asked({}),
    called("a", { stream: true, options: { azure_api_version: "", anthropic_version: "2024-01-01" } }),
  );

  expect(exchange.body).toMatchObject({ stream: true });
  expect(exchange.headers).toEqual(["anthropic-version", "2024-01-01"]);
  expect(anthropic.upstream.begin(asked({}), called()).headers).toEqual(["anthropic-version", "2023-06-01"]);
});

const someText = fc.constantFrom("", " ", "a", "b\n", "{}", "\u{1F600}");
const text = fc.record({ type: fc.constant("text" as const), text: someText });
const source = fc.oneof(
  fc.record({ kind: fc.constant("data" as const), mediaType: fc.constantFrom("image/png", "image/jpg"), data: fc.base64String() }),
  fc.record({ kind: fc.constant("url" as const), url: fc.webUrl() }),
  fc.record({ kind: fc.constant("id" as const), id: fc.string() }),
);
const image = fc.record({ type: fc.constant("image" as const), source }, { requiredKeys: ["type", "source"] });
const file = fc.record({
  type: fc.constant("file" as const),
  source: fc.record({
    kind: fc.constant("data" as const),
    mediaType: fc.constantFrom("application/pdf", "text/plain", "image/webp"),
    data: fc.base64String(),
  }),
  name: fc.string(),
});
const id = fc.constantFrom("a", "b|c", "", "ä");
const toolCall = fc.record({
  type: fc.constant("tool_call" as const),
  id,
  name: fc.constantFrom("see", "json_answer"),
  arguments: fc.oneof(fc.json(), fc.string()),
});
const thought = fc.oneof(
  fc.record({ type: fc.constant("reasoning" as const), text: someText }),
  fc.record({ type: fc.constant("reasoning" as const), text: someText, signature: fc.string() }),
  fc.record({ type: fc.constant("reasoning" as const), text: fc.constant(""), redacted: fc.string() }),
);
const toolResult = fc.record({
  type: fc.constant("tool_result" as const),
  id,
  content: fc.array(fc.oneof(text, image, file)),
  isError: fc.boolean(),
});
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ role: fc.constantFrom("system" as const, "developer" as const), parts: fc.array(text, { maxLength: 2 }) }),
  fc.record({ role: fc.constant("user" as const), parts: fc.array(fc.oneof(text, image, file), { maxLength: 3 }) }),
  fc.record({ role: fc.constant("assistant" as const), parts: fc.array(fc.oneof(text, toolCall, thought), { maxLength: 4 }) }),
  fc.record({ role: fc.constant("tool" as const), parts: fc.tuple(toolResult) }),
);
const schema: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject>(
  { type: "object" },
  { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
);
const given = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const request: fc.Arbitrary<ChatRequest> = fc.record({
  messages: fc.array(message, { maxLength: 8 }),
  tools: fc.array(
    fc.oneof(
      fc.record({ name: fc.constant("see"), parameters: schema, strict: fc.boolean() }),
      fc.record({ name: fc.constant("json_answer") }),
    ),
    {
      maxLength: 2,
    },
  ),
  toolChoice: given(fc.oneof(fc.constantFrom("auto" as const, "none" as const, "required" as const), fc.constant({ name: "see" }))),
  parallelToolCalls: given(fc.boolean()),
  temperature: given(fc.double({ min: 0, max: 2, noNaN: true })),
  topP: given(fc.double({ min: 0, max: 1, noNaN: true })),
  topK: given(fc.nat()),
  maxTokens: given(fc.nat()),
  stop: fc.array(someText, { maxLength: 3 }),
  responseFormat: given(
    fc.oneof(
      fc.constant({ kind: "text" as const }),
      fc.constant({ kind: "json" as const }),
      fc.record({ kind: fc.constant("schema" as const), name: fc.constant("a"), schema, strict: fc.boolean() }),
    ),
  ),
  reasoning: given(
    fc.record(
      {
        effort: fc.constantFrom("none" as const, "minimal" as const, "low" as const, "medium" as const, "high" as const, "xhigh" as const),
        budget: fc.nat(),
      },
      { requiredKeys: [] },
    ),
  ),
  n: fc.constant(undefined),
  others: fc.constant(new Map<string, Json>()),
  extraBody: fc.constant(undefined),
});
const model = fc.constantFrom(
  ...["claude-3-haiku-20240307", "claude-3-7-sonnet-latest", "claude-opus-4-1", "claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-4-8"],
  ...["claude-sonnet-5", "claude-opus-5", "claude-fable-5", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "other"],
);

interface Written {
  readonly max_tokens: number;
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly type: string; readonly text?: string }[] }[];
  readonly thinking?: { readonly type: string; readonly budget_tokens?: number };
  readonly tool_choice?: { readonly type: string };
}

test("whatever is asked, what is sent keeps to the SDK's types and to the API's rules", () => {
  fc.assert(
    fc.property(request, model, (asks, name) => {
      const body = anthropic.upstream.begin(asks, called(name)).body as Written;

      expect(bodyErrors(body)).toEqual([]);
      let last: string | undefined;
      for (const { role, content } of body.messages) {
        expect(role).not.toBe(last);
        last = role;
        expect(content).not.toEqual([]);
        for (const block of content) if (block.type === "text") expect(block.text).toMatch(/\S/);
        const types = content.map((block) => block.type);
        expect(types.lastIndexOf("tool_result")).toBe(types.filter((type) => type === "tool_result").length - 1);
      }
      if (body.thinking?.type === "enabled") {
        expect(body.thinking.budget_tokens).toBeGreaterThanOrEqual(1024);
        expect(body.thinking.budget_tokens).toBeLessThan(body.max_tokens);
      }
      const forced = body.tool_choice?.type === "any" || body.tool_choice?.type === "tool";
      if (forced) expect(["enabled", "adaptive"]).not.toContain(body.thinking?.type);
    }),
    { numRuns: 500 },
  );
});
