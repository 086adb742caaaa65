/** Conversations, answers and streams, in OpenAI's format and in the neutral model. */
import type { AnswerChoice, ChatAnswer } from "../../../runtime/conversation/answer";
import type { ChatEvent, ChoiceEvent } from "../../../runtime/conversation/events";
import type { Json } from "../../../runtime/conversation/json";
import type { Part } from "../../../runtime/conversation/parts";
import { fc } from "../../support/properties";

/** What a parser makes of the value's text. */
export const reparsed = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Text that is not empty, of all kinds of characters. */
export const text = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ unit: "binary", minLength: 1, maxLength: 6 }));
const word = fc.stringMatching(/^[a-z][a-z_0-9]{0,8}$/);
const id = fc.stringMatching(/^call_[A-Za-z0-9]{1,8}$/);
const base64 = fc.base64String({ maxLength: 16 });
export const json = fc.jsonValue({ maxDepth: 3 }).map(reparsed);
const jsonObject = fc.dictionary(word, json, { maxKeys: 3 });

const optional = <T>(arbitraries: { [Key in keyof T]: fc.Arbitrary<T[Key]> }, required: (keyof T)[]): fc.Arbitrary<unknown> =>
  fc.record(arbitraries, { requiredKeys: required });

const textPart = text.map((value) => ({ type: "text", text: value }));
const dataUrl = fc
  .tuple(fc.constantFrom("image/png", "image/jpeg", "application/pdf"), base64)
  .map(([type, data]) => `data:${type};base64,${data}`);
const address = fc.oneof(dataUrl, fc.constantFrom("https://example.com/a.png", "http://example.com/?a=b,c;base64"));
const imagePart = fc.record({
  type: fc.constant("image_url"),
  image_url: optional({ url: address, detail: fc.constantFrom("auto", "low", "high", null) }, ["url"]),
});
const audioPart = fc.record({
  type: fc.constant("input_audio"),
  input_audio: fc.record({ data: base64, format: fc.constantFrom("wav", "mp3") }),
});
const filePart = fc.record({
  type: fc.constant("file"),
  file: fc.oneof(
    optional({ file_data: address, filename: word.map((name) => `${name}.pdf`) }, ["file_data"]),
    fc.record({ file_id: word }),
    fc.record({ file_data: base64, filename: fc.constant("A.PDF") }),
  ),
});
const refusalPart = text.map((refusal) => ({ type: "refusal", refusal }));

const content = (...parts: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
  fc.oneof(text, fc.constant(""), fc.array(fc.oneof(...parts), { maxLength: 3 }));

const toolCall = fc.record({
  id,
  type: fc.constant("function"),
  function: fc.record({ name: word, arguments: fc.oneof(text, fc.constant("{}")) }),
});
const detail = fc.oneof(
  optional({ type: fc.constant("reasoning.text"), text, signature: fc.option(text), index: fc.nat(3) }, ["type", "text"]),
  fc.record({ type: fc.constant("reasoning.text"), text: fc.constant(""), signature: text }),
  fc.record({ type: fc.constant("reasoning.encrypted"), data: text }),
  fc.record({ type: fc.constant("reasoning.summary"), summary: text }),
  fc.record({ type: fc.constant("reasoning.unheard_of"), data: json }),
);

const system = optional({ role: fc.constantFrom("system", "developer"), content: content(textPart), name: word }, ["role", "content"]);
const user = optional({ role: fc.constant("user"), content: content(textPart, imagePart, audioPart, filePart), name: word }, [
  "role",
  "content",
]);
const assistant = optional(
  {
    role: fc.constant("assistant"),
    content: fc.option(content(textPart, refusalPart)),
    refusal: fc.option(text),
    tool_calls: fc.array(toolCall, { maxLength: 3 }),
    function_call: fc.option(fc.record({ name: word, arguments: text })),
    reasoning_content: text,
    reasoning_details: fc.array(detail, { maxLength: 3 }),
    name: word,
  },
  ["role"],
);
const tool = fc.record({ role: fc.constant("tool"), tool_call_id: id, content: fc.option(content(textPart, imagePart, filePart)) });
const legacyResult = fc.record({ role: fc.constant("function"), name: word, content: fc.option(text) });

const functionOf = optional({ name: word, description: text, parameters: jsonObject, strict: fc.option(fc.boolean()) }, ["name"]);

/** Requests in OpenAI's format that lose nothing on their way through the neutral model. */
export const openAiRequest: fc.Arbitrary<Json> = optional(
  {
    messages: fc.array(fc.oneof(system, user, assistant, tool, legacyResult), { minLength: 1, maxLength: 6 }),
    model: fc.constant("m"),
    stream: fc.boolean(),
    tools: fc.array(fc.record({ type: fc.constant("function"), function: functionOf }), { maxLength: 2 }),
    functions: fc.array(optional({ name: word, description: text, parameters: jsonObject }, ["name"]), { maxLength: 2 }),
    tool_choice: fc.oneof(
      fc.constantFrom("auto", "none", "required", null),
      word.map((name) => ({ type: "function", function: { name } })),
    ),
    function_call: fc.oneof(fc.constantFrom("auto", "none"), fc.record({ name: word })),
    parallel_tool_calls: fc.boolean(),
    temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    top_k: fc.nat(500),
    max_tokens: fc.option(fc.integer({ min: 1, max: 1e6 })),
    max_completion_tokens: fc.integer({ min: 1, max: 1e6 }),
    stop: fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(null)),
    response_format: fc.oneof(
      fc.constantFrom({ type: "text" }, { type: "json_object" }),
      optional({ name: word, schema: jsonObject, strict: fc.option(fc.boolean()), description: text }, ["name"]).map((described) => ({
        type: "json_schema",
        json_schema: described,
      })),
    ),
    reasoning_effort: fc.constantFrom("none", "minimal", "low", "medium", "high", "xhigh", null),
    reasoning: optional({ effort: fc.constantFrom("low", "high"), enabled: fc.boolean(), exclude: fc.boolean() }, []),
    n: fc.integer({ min: 1, max: 4 }),
    seed: fc.integer(),
    user: text,
    metadata: jsonObject,
    logit_bias: jsonObject,
    logprobs: fc.boolean(),
  },
  ["messages"],
).map(reparsed);

/** Values that stand where they do not belong. */
export const oddValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    "",
    "x",
    [],
    {},
    [null],
    [[]],
    { type: null },
    { type: "constructor" },
    { type: "function" },
  ),
  fc.constantFrom("__proto__", "toString", "data:", "data:;base64,", "reasoning.text").map((value): Json => value),
  fc.constant(JSON.parse('{"__proto__":{"type":"text","text":"x"}}') as Json),
  json,
);

/** The document with one value somewhere in it replaced. */
export const spoilt = (document: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.tuple(document, fc.nat(), oddValue).map(([value, at, odd]) => {
    const places: ((replacement: Json) => void)[] = [];
    const visit = (inner: Json): void => {
      if (typeof inner !== "object" || inner === null) return;
      for (const key of Object.keys(inner)) {
        const holder = inner as Record<string, Json>;
        places.push((replacement) => (holder[key] = replacement));
        visit(holder[key]!);
      }
    };
    const copy = reparsed(value);
    visit(copy);
    if (places.length === 0) return odd;
    places[at % places.length]!(odd);
    return copy;
  });

const reasoningPart: fc.Arbitrary<Part> = fc.oneof(
  text.map((value): Part => ({ type: "reasoning", text: value })),
  fc.tuple(fc.oneof(text, fc.constant("")), text).map(([value, signature]): Part => ({ type: "reasoning", text: value, signature })),
  text.map((redacted): Part => ({ type: "reasoning", text: "", redacted })),
);
const toolCallPart = fc
  .tuple(id, word, fc.oneof(text, fc.constant("")))
  .map(([given, name, written]): Part => ({ type: "tool_call", id: given, name, arguments: written }));

/** Parts as OpenAI's answers can hold them: in this order, and one text at most. */
const answerParts: fc.Arbitrary<readonly Part[]> = fc
  .tuple(fc.array(reasoningPart, { maxLength: 3 }), fc.option(text), fc.option(text), fc.array(toolCallPart, { maxLength: 3 }))
  .map(([reasoning, spoken, refused, calls]) => [
    ...reasoning,
    ...(spoken === null ? [] : [{ type: "text", text: spoken } as const]),
    ...(refused === null ? [] : [{ type: "refusal", text: refused } as const]),
    ...calls,
  ]);

const finish = fc.constantFrom("stop", "length", "tool_calls", "content_filter");
const counts = fc.dictionary(word, fc.nat(), { maxKeys: 3 });
const usage = fc
  .record(
    {
      prompt_tokens: fc.nat(),
      completion_tokens: fc.nat(),
      total_tokens: fc.nat(),
      prompt_tokens_details: counts,
      completion_tokens_details: counts,
    },
    { requiredKeys: ["prompt_tokens", "completion_tokens", "total_tokens"] },
  )
  .map((given) => reparsed(given) as unknown as typeof given);
const logprobs = json.filter((value) => value !== null);

const choice: fc.Arbitrary<AnswerChoice> = fc.oneof(
  fc.record({ parts: answerParts, finish }, { noNullPrototype: true }),
  fc.record({ parts: answerParts, finish, logprobs }, { noNullPrototype: true }),
);

/** Whole answers. */
export const chatAnswer: fc.Arbitrary<ChatAnswer> = fc
  .tuple(word, word, fc.array(choice, { maxLength: 3 }), fc.option(usage, { nil: undefined }))
  .map(([name, model, choices, given]) => ({ id: name, model, choices, usage: given }));

const choiceEvent: fc.Arbitrary<ChoiceEvent> = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1, 2),
    fc.oneof(
      { weight: 4, arbitrary: text.map((value) => ({ type: "text" as const, text: value })) },
      text.map((value) => ({ type: "refusal" as const, text: value })),
      fc.record({ type: fc.constant("reasoning" as const), block: fc.nat(3), text }),
      fc.record({ type: fc.constant("signature" as const), block: fc.nat(3), signature: text }),
      fc.record({ type: fc.constant("redacted_reasoning" as const), block: fc.nat(3), data: text }),
      { weight: 3, arbitrary: fc.record({ type: fc.constant("tool_start" as const), index: fc.constant(0), id, name: word }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant("tool_arguments" as const), index: fc.nat(5), text }) },
      fc.record({ type: fc.constant("logprobs" as const), logprobs }),
      fc.record({ type: fc.constant("finished" as const), finish }),
    ),
  )
  .map(([place, event]) => ({ ...event, choice: place }));

/** Counts the calls of each choice from 0, and leaves out arguments of calls that did not begin. */
function withCallsInOrder(events: readonly ChoiceEvent[]): readonly ChoiceEvent[] {
  const begun = new Map<number, number>();
  return events.flatMap((event): readonly ChoiceEvent[] => {
    const calls = begun.get(event.choice) ?? 0;
    if (event.type === "tool_arguments") return calls === 0 ? [] : [{ ...event, index: event.index % calls }];
    if (event.type !== "tool_start") return [event];
    begun.set(event.choice, calls + 1);
    return [{ ...event, index: calls }];
  });
}

/** What a stream ends with. */
const streamEnd: fc.Arbitrary<readonly ChatEvent[]> = fc.oneof(
  fc.constant([{ type: "ended" } as const]),
  usage.map((given): readonly ChatEvent[] => [{ type: "usage", usage: given }, { type: "ended" }]),
  fc
    .tuple(text, fc.option(word, { nil: undefined }))
    .map(([message, code]): readonly ChatEvent[] => [
      { type: "failed", error: { message, type: "server_error", code, refusal: undefined } },
    ]),
  fc.constant([]),
);

/** The events of whole streams. */
export const chatEvents: fc.Arbitrary<readonly ChatEvent[]> = fc
  .tuple(word, word, fc.array(choiceEvent, { maxLength: 12 }), streamEnd)
  .map(([name, model, events, end]) => [{ type: "started", id: name, model }, ...withCallsInOrder(events), ...end]);
