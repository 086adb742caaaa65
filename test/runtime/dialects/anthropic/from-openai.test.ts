import { fc } from "../../../support/properties";
import type { Json } from "../../../../runtime/conversation/json";
import type { ChatRequest } from "../../../../runtime/conversation/request";
import { anthropic } from "../../../../runtime/dialects/anthropic";
import { client } from "../../../../runtime/dialects/openai/client";
import { GatewayError } from "../../../../runtime/errors";
import { SseFraming } from "../../../../runtime/framing/sse-framing";
import { pairs } from "./golden/from-openai";
import { asked, called } from "./support";

test.each(pairs)("$title", (pair) => {
  const request = client.read(JSON.parse(JSON.stringify(pair.openai)) as Json);
  const exchange = anthropic.upstream.begin(request, called("claude-sonnet-4-5"));

  expect(anthropic.upstream.lacks(request, "claude-sonnet-4-5")).toEqual([]);
  expect(exchange.body).toEqual(pair.anthropic);
  expect(exchange.dropped).toEqual(pair.dropped);
});

const word = fc.constantFrom<Json>(
  ...["system", "user", "assistant", "tool", "text", "image_url", "function", "json_object", "low", "a", "{}"],
  ...[0, 1, true, null],
);
const names = fc.constantFrom(
  ...[
    "role",
    "content",
    "type",
    "text",
    "image_url",
    "url",
    "tool_calls",
    "tool_call_id",
    "id",
    "function",
    "name",
    "arguments",
    "parameters",
  ],
  ...["reasoning_details", "signature", "cache_control", "__proto__"],
);
const members = fc.letrec<{ value: Json; list: Json; map: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, word, tie("map"), tie("list")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  map: fc.dictionary(names, tie("value"), { maxKeys: 5 }),
}));
/** Nearly always what it should be. */
const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<T | Json> =>
  fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: members.value });
const call = fc.record({
  id: fc.string(),
  type: fc.constant("function"),
  function: fc.record({ name: fc.string(), arguments: fc.oneof(fc.string(), fc.json()) }),
});
const part = fc.oneof(
  fc.record({ type: fc.constant("text"), text: fc.string() }),
  fc.record({
    type: fc.constant("image_url"),
    image_url: fc.record({ url: fc.constantFrom("data:image/png;base64,AAAA", "https://a.b/c") }),
  }),
);
const detail = fc.record({ type: fc.constant("reasoning.text"), text: fc.string(), signature: fc.string() });
const message = fc.oneof(
  fc.record({ role: fc.constantFrom("system", "developer"), content: mostly(fc.string()) }),
  fc.record({ role: fc.constant("user"), content: mostly(fc.oneof(fc.string(), fc.array(part, { maxLength: 2 }))) }),
  fc.record({
    role: fc.constant("assistant"),
    content: mostly(fc.string()),
    tool_calls: mostly(fc.array(call, { maxLength: 2 })),
    reasoning_details: mostly(fc.array(detail, { maxLength: 2 })),
  }),
  fc.record({ role: fc.constant("tool"), content: mostly(fc.string()), tool_call_id: mostly(fc.string()) }),
);
const tool = fc.record({ type: fc.constant("function"), function: fc.record({ name: fc.string(), parameters: members.map }) });
const body = fc.record(
  {
    messages: fc.array(mostly(message), { minLength: 1, maxLength: 4 }),
    tools: mostly(fc.array(tool, { maxLength: 2 })),
    tool_choice: mostly(fc.constantFrom("auto", "none", "required")),
    response_format: mostly(fc.constantFrom({ type: "json_object" }, { type: "text" })),
    reasoning_effort: mostly(fc.constantFrom("none", "low", "high")),
    logit_bias: members.value,
    modalities: members.value,
    extra_body: mostly(members.map),
  },
  { requiredKeys: ["messages"] },
);

test("any body that OpenAI's client half takes can be written and printed", () => {
  let taken = 0;
  fc.assert(
    fc.property(body, (value) => {
      let request: ChatRequest;
      try {
        request = client.read(value);
      } catch (error) {
        expect(error).toBeInstanceOf(GatewayError);
        return;
      }
      taken++;
      anthropic.upstream.lacks(request, "claude-opus-5-5");
      expect(JSON.stringify(anthropic.upstream.begin(request, called("claude-opus-5-5")).body)).toContain('"model":"claude-opus-5-5"');
    }),
    { numRuns: 1000 },
  );
  expect(taken).toBeGreaterThan(100);
});

const EVENTS: readonly object[] = [
  {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-x",
      content: [],
      usage: { input_tokens: 9, output_tokens: 1 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Où?" } },
  { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2ln" } },
  { type: "content_block_stop", index: 0 },
  { type: "ping" },
  { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "I look \u{1F600}" } },
  { type: "content_block_stop", index: 1 },
  { type: "content_block_start", index: 2, content_block: { type: "tool_use", id: "toolu_1", name: "weather", input: {} } },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"city":' } },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '"Rome"}' } },
  { type: "content_block_stop", index: 2 },
  { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 30 } },
  { type: "message_stop" },
];

const STREAM = Buffer.from(
  EVENTS.map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`).join(""),
);

/** What OpenAI's client hears of a stream that comes in these pieces. */
function heard(pieces: readonly Buffer[]): string {
  const framing = new SseFraming(64 * 1024);
  const reader = anthropic.upstream.begin(asked({}), called("claude-x", { stream: true })).stream();
  const writer = client.stream({ model: "asked", id: "own", created: 9, usage: true });
  let text = "";
  for (const piece of pieces) {
    for (const frame of framing.push(piece)) for (const event of reader.read(frame) ?? []) text += writer.write(event);
  }
  return text;
}

interface Delta {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly unknown[];
}

interface Chunk {
  readonly choices: readonly { readonly delta: Delta; readonly finish_reason: string | null }[];
  readonly usage?: unknown;
}

test("a stream, as OpenAI's clients hear it", () => {
  const lines = heard([STREAM])
    .split("\n\n")
    .filter((line) => line.startsWith("data: {"));
  const chunks = lines.map((line) => JSON.parse(line.slice(6)) as Chunk);
  const merged = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta));

  expect(merged.map((delta) => delta.reasoning_content ?? "").join("")).toBe("Où?");
  expect(merged.map((delta) => delta.content ?? "").join("")).toBe("I look \u{1F600}");
  expect(merged.flatMap((delta) => delta.tool_calls ?? [])).toMatchObject([
    { index: 0, id: "toolu_1", function: { name: "weather" } },
    { index: 0, function: { arguments: '{"city":' } },
    { index: 0, function: { arguments: '"Rome"}' } },
  ]);
  expect(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason)).filter((reason) => reason !== null)).toEqual([
    "tool_calls",
  ]);
  expect(chunks.at(-1)?.usage).toEqual({ prompt_tokens: 9, completion_tokens: 30, total_tokens: 39 });
  expect(heard([STREAM])).toMatch(/data: \[DONE\]\n\n$/);
});

test("wherever the network cuts a stream, the client hears the same", () => {
  const whole = heard([STREAM]);

  for (let at = 1; at < STREAM.length; at++) {
    if (heard([STREAM.subarray(0, at), STREAM.subarray(at)]) !== whole) throw new Error(`cut at ${at}`);
  }
  expect(heard(Array.from(STREAM, (byte) => Buffer.from([byte])))).toBe(whole);
});
