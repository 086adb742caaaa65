import { fc, anyCharacter } from "../../support/properties";
import { chatEvent } from "../../support/upstream";
import { streamReader } from "../../support/openai-dialect";
import type { ResumePoint, StreamReader } from "../../../runtime/codecs/stream-reader";
import { begin, chunksOf, event, FAILED, finish, MEGABYTE, START, STOP, text, TEXT_BLOCK, textOf, textStream, TOOL_BLOCK } from "./support";

/** Where an OpenAI stream broke that had said the pieces. */
function brokenAfter(pieces: readonly string[]): ResumePoint {
  const stream = streamReader({ withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: MEGABYTE });
  const sent = [chatEvent({ role: "assistant", content: "" }), ...pieces.map((content) => chatEvent({ content }))];
  for (const one of sent) stream.push(Buffer.from(one));
  const point = stream.resumePoint();
  if (point === undefined) throw new Error("A stream of text must be resumable");
  return point;
}

const goOn = (resume: ResumePoint, usage: "on" | "off" | "withhold" = "on"): StreamReader =>
  begin({ stream: true, usage, resume }).stream();

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
    const stream = goOn({ ...brokenAfter(["a"]), usage: before }, usage);
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
  expect(stream).toMatchObject({ failure, failureAt: 0, complete: false, content: false });
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

test("events that become more than one chunk each are read in steps, too", () => {
  const stream = goOn(brokenAfter(["a"]));
  const start = event({ type: "content_block_start", index: 2, content_block: { type: "thinking", thinking: "", signature: "" } });
  const both = event({ type: "content_block_delta", index: 2, delta: { type: "thinking_delta", thinking: "hm", signature: "s" } });
  const first = stream.push(Buffer.from(START + start + both.repeat(300) + TEXT_BLOCK + text("ab")));
  expect(stream.busy).toBe(true);
  const out = [first];
  while (stream.busy) out.push(stream.step());
  expect(textOf(Buffer.concat(out).toString())).toBe("b");
});

test("events that cannot be read are counted, and a cut end is taken", () => {
  const stream = goOn(brokenAfter(["a"]));
  push(stream, `${START}${TEXT_BLOCK}data: {\n\n${text("ab")}${finish("end_turn")}${STOP.slice(0, -2)}`);
  expect(stream.end().toString()).toMatch(/"total_tokens":15\}\}\n\ndata: \[DONE\]\n\n$/);
  expect(stream).toMatchObject({ skipped: 1, complete: true, ended: true });
});
