import { fc, anyCharacter } from "../../support/properties";
import { chatEvent } from "../../support/upstream";
import { streamReader } from "../../support/openai-dialect";
import type { Manner, Resumption } from "../../../runtime/codecs/resumption";
import type { StreamReader } from "../../../runtime/codecs/stream-reader";
import { CONTINUE, RESTART } from "../../support/resumption";
import { begin, chunksOf, event, FAILED, finish, MEGABYTE, START, STOP, text, TEXT_BLOCK, textOf, textStream, TOOL_BLOCK } from "./support";

const USAGE_OF_START = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };

/** Where an OpenAI stream broke that had said the pieces. */
function brokenAfter(pieces: readonly string[], manner: Manner = RESTART): Resumption {
  const stream = streamReader({ withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: MEGABYTE });
  const sent = [chatEvent({ role: "assistant", content: "" }), ...pieces.map((content) => chatEvent({ content }))];
  for (const one of sent) stream.push(Buffer.from(one));
  const point = stream.resumePoint();
  if (point === undefined) throw new Error("A stream of text must be resumable");
  return { point, manner, by: "1:anthropic/claude" };
}

const goOn = (resume: Resumption, usage: "on" | "off" | "withhold" = "on"): StreamReader => begin({ stream: true, usage, resume }).stream();

function push(stream: StreamReader, given: string): string {
  const out = [stream.push(Buffer.from(given))];
  while (stream.busy) out.push(stream.step());
  return Buffer.concat(out).toString();
}

test("a broken OpenAI stream goes on with an Anthropic one: the client gets the rest, once, under the id that it knows", () => {
  const stream = goOn(brokenAfter(["It ", "is"]));
  const out = push(stream, textStream(["It is", " 2", "."])) + stream.end().toString();
  expect(textOf(out)).toBe(" 2.");
  expect(chunksOf(out).map(({ id }) => id)).toEqual(chunksOf(out).map(() => "chatcmpl-1"));
  expect(chunksOf(out).some(({ choices }) => choices[0]?.delta.role !== undefined)).toBe(false);
  expect(out.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(stream).toMatchObject({
    content: true,
    ended: true,
    complete: true,
    failure: undefined,
    failureAt: undefined,
    model: "claude-sonnet-4-5-20250929",
    usage: { total_tokens: 15 },
    characters: "It is 2.".length,
    skipped: 0,
    busy: false,
  });
});

test("broken anywhere, cut anywhere: the client has the whole text once", () => {
  const words = fc.array(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), (pieces, at, split) => {
      const whole = pieces.join("");
      const has = whole.slice(0, at % (whole.length + 1));
      const stream = goOn(brokenAfter([has]));
      const bytes = Buffer.from(textStream(pieces));
      const middle = split % bytes.length;
      const out = Buffer.concat([stream.push(bytes.subarray(0, middle)), stream.push(bytes.subarray(middle)), stream.end()]);
      expect(has + textOf(out.toString())).toBe(whole);
      expect(stream).toMatchObject({ complete: true, failure: undefined });
    }),
  );
});

test("asked to go on, broken anywhere, cut anywhere: the client has the whole text once", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "e", "n", "r", "s", "t", "ü"), minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(fc.uniqueArray(letters, { minLength: 4, maxLength: 12 }), fc.nat(), fc.nat(), fc.boolean(), (words, at, split, anew) => {
      const whole = words.join(" ");
      const has = whole.slice(0, 10 + (at % (whole.length - 9)));
      const stream = goOn(brokenAfter([has], CONTINUE));
      const bytes = Buffer.from(textStream((anew ? whole : whole.slice(has.length)).split(/(?= )/)));
      const middle = split % bytes.length;
      const out = Buffer.concat([stream.push(bytes.subarray(0, middle)), stream.push(bytes.subarray(middle)), stream.end()]);
      expect(has + textOf(out.toString())).toBe(whole);
      expect(stream).toMatchObject({ complete: true, failure: undefined });
    }),
    { seed: 12 },
  );
});

test.each([
  ["on", true],
  ["withhold", false],
  ["off", false],
] as const)("with usage %s the client is told of it: %s", (usage, isTold) => {
  const stream = goOn(brokenAfter(["a"]), usage);
  const out = push(stream, textStream(["a", "b"]));
  expect(out.includes('"total_tokens":15')).toBe(isTold);
  expect(stream.usage).toMatchObject({ total_tokens: 15 });
});

test("the usage of both is added up, whether or not the client is told", () => {
  for (const usage of ["on", "withhold"] as const) {
    const before = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const broken = brokenAfter(["a"]);
    const stream = goOn({ ...broken, point: { ...broken.point, usage: before } }, usage);
    push(stream, START + TEXT_BLOCK + text("ab"));
    expect(stream.resumePoint()?.usage).toMatchObject({ total_tokens: 14 });
  }
});

test.each([
  ["another text", START + TEXT_BLOCK + text("It was"), "could not go on with the stream: it gave another text than the client has"],
  ["a tool call", START + TOOL_BLOCK, "could not go on with the stream: it gave something else than the text that the client has"],
  [
    "less text",
    START + TEXT_BLOCK + text("It") + finish("end_turn"),
    "could not go on with the stream: it finished before it had repeated what the client has",
  ],
])("an answer that gives %s cannot go on", (_what, given, failure) => {
  const stream = goOn(brokenAfter(["It is"]));
  expect(push(stream, given)).toBe("");
  expect(stream).toMatchObject({ failure, failureAt: 0, complete: false });
  expect(stream.resumePoint()).toBeUndefined();
});

test("one that breaks as well can be gone on with, from all that the client has", () => {
  const stream = goOn(brokenAfter(["It"]));
  expect(textOf(push(stream, START + TEXT_BLOCK + text("It is") + text(" not")))).toBe(" is not");
  expect(stream.complete).toBe(false);
  expect(stream.resumePoint()).toMatchObject({ id: "chatcmpl-1", text: "It is not" });
});

test("an error inside the stream ends it behind what came before", () => {
  const stream = goOn(brokenAfter(["a"]));
  const out = push(stream, START + TEXT_BLOCK + text("ab") + FAILED + text("c"));
  expect(stream).toMatchObject({ failure: "reported an error inside the stream: Overloaded", complete: false });
  expect(textOf(out.slice(0, stream.failureAt))).toBe("b");
  expect(chunksOf(stream.fail({ message: "broke", type: "t", code: "c" }).toString())).toMatchObject([{ error: { message: "broke" } }]);
});

test("an event that is larger than may be is a failure, also behind a finish", () => {
  const stream = begin({ stream: true, maxBytes: 1024, resume: brokenAfter(["a"]) }).stream();
  push(stream, `${START}${TEXT_BLOCK}${text("ab")}${finish("end_turn")}data: "${"x".repeat(2000)}`);
  expect(stream).toMatchObject({ failure: "sent an event of more than 1024 bytes", complete: false });
});

test("very many events are read in steps", () => {
  const stream = goOn(brokenAfter(["0 1 "]));
  const pieces = Array.from({ length: 2000 }, (_, index) => `${index} `);
  const first = stream.push(Buffer.from(textStream(pieces)));
  expect(stream.busy).toBe(true);
  const out = [first];
  while (stream.busy) out.push(stream.step());
  expect(`0 1 ${textOf(Buffer.concat(out).toString())}`).toBe(pieces.join(""));
  expect(stream.complete).toBe(true);
});

test("reasoning of the answer that goes on is left out", () => {
  const stream = goOn(brokenAfter(["a"]));
  const start = event({ type: "content_block_start", index: 2, content_block: { type: "thinking", thinking: "", signature: "" } });
  const both = event({ type: "content_block_delta", index: 2, delta: { type: "thinking_delta", thinking: "hm", signature: "s" } });
  const out = push(stream, START + start + both.repeat(3) + TEXT_BLOCK + text("ab"));
  expect(textOf(out)).toBe("b");
  expect(out).not.toContain("reasoning");
});

test("an answer that was asked to go on may repeat the last words, or break the line", () => {
  const stream = goOn(brokenAfter(["The quick ", "brown fox "], CONTINUE));
  const out = push(stream, textStream(["\n", "brown ", "fox ", "jumps."])) + stream.end().toString();
  expect(out.startsWith(": continued by 1:anthropic/claude\n\ndata: ")).toBe(true);
  expect(textOf(out)).toBe("jumps.");
  expect(stream).toMatchObject({ complete: true, failure: undefined });
});

test("what is held back of it comes in front of its finish", () => {
  const stream = goOn(brokenAfter(["one two three"], CONTINUE));
  const out = push(stream, textStream(["two"]));
  expect(textOf(out)).toBe("two");
  expect(out.split('"finish_reason":"stop"')).toHaveLength(2);
});

test("behind reasoning an answer begins anew, and its reasoning is left out", () => {
  const first = begin({ stream: true, keepText: true }).stream();
  const block = event({ type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } });
  first.push(
    Buffer.from(START + block + event({ type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } })),
  );
  expect(first.content).toBe(true);
  expect(first.resumePoint()).toEqual({ id: "msg_1", model: "claude-sonnet-4-5-20250929", text: "", usage: USAGE_OF_START });
});

test("events that cannot be read are counted, and a cut end is taken", () => {
  const stream = goOn(brokenAfter(["a"]));
  push(stream, `${START}${TEXT_BLOCK}data: {\n\n${text("ab")}${finish("end_turn")}${STOP.slice(0, -2)}`);
  expect(stream.end().toString()).toMatch(/"total_tokens":15\}\}\n\ndata: \[DONE\]\n\n$/);
  expect(stream).toMatchObject({ skipped: 1, complete: true, ended: true });
});
