import { fc } from "../../../support/properties";
import { streamReader } from "../../../support/openai-dialect";
import type { Resumption } from "../../../../runtime/codecs/resumption";
import type { StreamReader } from "../../../../runtime/codecs/stream-reader";
import { CONTINUE, PREFILL, RESTART, resumptionOf } from "../../../support/resumption";
import { chatEvent, chatStream } from "../../../support/upstream";

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const reader = (resume: Resumption | undefined, withholdUsage = false) =>
  streamReader({ withholdUsage, keepText: true, resume, maxEventBytes: 4 * 1024 * 1024 });

interface Chunk {
  readonly id: string;
  readonly choices: readonly {
    readonly delta: { readonly content?: string; readonly role?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
}

const chunksOf = (text: string): Chunk[] =>
  text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice(6)) as Chunk);
const textOf = (text: string): string =>
  chunksOf(text)
    .map(({ choices }) => choices[0]?.delta.content ?? "")
    .join("");

test("cut anywhere, split anywhere: the client has the whole text once", () => {
  const words = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, words, fc.nat(), fc.nat(), (texts, cuts, at, split) => {
      const whole = texts.join("");
      const first = reader(undefined);
      const before = chatEvent({ role: "assistant", content: "" }) + chatEvent({ content: whole.slice(0, at % (whole.length + 1)) });
      first.push(Buffer.from(before));
      const resume = first.resumePoint()!;
      expect(resume).toBeDefined();
      // the second answer has the same text in other pieces
      const pieces: string[] = [];
      for (let from = 0, index = 0; from < whole.length; index++) {
        const length = cuts[index % cuts.length]?.length ?? 1;
        pieces.push(whole.slice(from, from + length));
        from += length;
      }
      const stream = Buffer.from(chatStream(pieces));
      const second = reader({ point: resume, manner: RESTART, by: "b" });
      const middle = split % stream.length;
      const out = Buffer.concat([second.push(stream.subarray(0, middle)), second.push(stream.subarray(middle)), second.end()]).toString();
      expect(second.failure).toBeUndefined();
      expect(second.complete).toBe(true);
      expect(resume.text + textOf(out)).toBe(whole);
      expect(out.endsWith("data: [DONE]\n\n")).toBe(true);
      for (const chunk of chunksOf(out)) {
        expect(chunk.id).toBe("chatcmpl-1");
        expect(chunk.choices[0]?.delta.role).toBeUndefined();
      }
    }),
    { numRuns: 300, seed: 20 },
  );
});

test.each([
  ["another text", chatStream(["Hello", " there"]), "another text"],
  ["a shorter text", chatStream(["Hello wor"]), "finished before"],
  ["an end without a finish", `${chatEvent({ content: "Hello" })}data: [DONE]\n\n`, "ended before"],
  ["a tool call", chatEvent({ tool_calls: [{ index: 0 }] }), "something else"],
])("%s: it fails, nothing of it is relayed, and nothing goes on", (_name, stream, message) => {
  const second = reader(resumptionOf("Hello world"));
  expect(second.push(Buffer.from(stream)).toString()).toBe("");
  expect(second.failure).toContain(message);
  expect(second.complete).toBe(false);
  expect(second.resumePoint()).toBeUndefined();
});

test("a prefilled answer begins behind the text", () => {
  const second = reader(resumptionOf("Hello", PREFILL));
  expect(textOf(second.push(Buffer.from(chatStream([" world"]))).toString())).toBe(" world");
  expect(second.complete).toBe(true);
});

test("usage is the sum, and withheld from a client that did not ask", () => {
  const last = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
  const stream = Buffer.from(chatStream(["Hello", " world"]).replace("data: [DONE]", `${last}data: [DONE]`));
  const second = reader(resumptionOf("Hello", RESTART, { usage }));
  const out = chunksOf(second.push(stream).toString());
  expect(out.at(-1)?.usage).toEqual({ prompt_tokens: 10, completion_tokens: 14, total_tokens: 24 });
  expect(second.usage).toEqual(usage);
  const quiet = reader(resumptionOf("Hello", RESTART, { usage }), true);
  expect(quiet.push(stream).toString()).not.toContain("usage");
});

test("an answer that goes on can be gone on with again", () => {
  const second = reader(resumptionOf("Hello"));
  second.push(Buffer.from(chatEvent({ content: "Hello wo" })));
  expect(second.resumePoint()).toEqual({ id: "first", model: "model of the first", text: "Hello wo", usage: undefined });
  const third = reader({ point: second.resumePoint()!, manner: RESTART, by: "c" });
  third.push(Buffer.from(chatEvent({ content: "Hel" })));
  expect(third.resumePoint()?.text).toBe("Hello wo");
});

test.each([
  ["a tool call", chatEvent({ tool_calls: [{ index: 0, function: { name: "f" } }] })],
  ["a second choice", chatEvent({}).replace('"choices":[', '"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":null},')],
  ["too much text", chatEvent({ content: "x".repeat(1024 * 1024 + 1) })],
  ["a finish", chatEvent({}, {}, "stop")],
])("after %s nothing can go on", (_name, event) => {
  const first = reader(undefined);
  first.push(Buffer.from(chatEvent({ content: "a" }) + event));
  expect(first.resumePoint()).toBeUndefined();
});

test("nor after the finish of an answer that has gone on", () => {
  const second = reader(resumptionOf("Hello"));
  second.push(Buffer.from(chatEvent({ content: "Hello wo" }) + chatEvent({}, {}, "stop")));
  expect(second.resumePoint()).toBeUndefined();
});

test("an event that is no JSON is skipped, an error event fails at its place", () => {
  const second = reader(resumptionOf("Hello"));
  second.push(Buffer.from("data: {broken\n\n"));
  expect(second.skipped).toBe(1);
  const out = second.push(Buffer.from(`${chatEvent({ content: "Hello wo" })}data: {"error":{"message":"overloaded"}}\n\n`));
  expect(textOf(out.toString())).toBe(" wo");
  expect(second.failure).toContain("reported an error");
  expect(second.failureAt).toBe(out.length);
});

const after = (second: StreamReader, events: string): string =>
  Buffer.concat([second.push(Buffer.from(events)), second.end()])
    .toString()
    .replace(/^: continued by 1:openai\/second\n\n/, "");

test("the client is told once who goes on, in front of what is new", () => {
  const second = reader(resumptionOf("Hello"));
  expect(second.push(Buffer.from(chatEvent({ content: "Hello" }))).toString()).toBe("");
  expect(second.push(Buffer.from(chatEvent({ content: " wo" }))).toString()).toMatch(/^: continued by 1:openai\/second\n\ndata: \{/);
  expect(second.push(Buffer.from(chatEvent({ content: "rld" }))).toString()).toMatch(/^data: \{/);
});

test("a comment is handed on, also while nothing else is", () => {
  const second = reader(resumptionOf("Hello"));
  expect(second.push(Buffer.from(`: still here\n\nevent: other\n\n${chatEvent({ content: "Hel" })}`)).toString()).toBe(": still here\n\n");
});

test("every chunk has the model and the id of the first stream, whatever the second calls itself", () => {
  const second = reader(resumptionOf("Hello", CONTINUE));
  const last = `data: ${JSON.stringify({ id: "other", model: "other", choices: [], usage })}\n\n`;
  const chunks = chunksOf(after(second, chatStream([" world", "!"]).replace("data: [DONE]", `${last}data: [DONE]`)));
  expect(chunks.length).toBeGreaterThan(3);
  for (const chunk of chunks) expect(chunk).toMatchObject({ id: "first", model: "model of the first" });
  expect(second.model).not.toBe("model of the first");
});

test("what is held back of an answer comes in front of its finish, in a chunk of its own", () => {
  const out = after(reader(resumptionOf("one two three", CONTINUE)), chatStream(["two"]));
  const texts = chunksOf(out).map(({ choices: [choice] }) => [choice?.delta.content, choice?.finish_reason]);
  expect(texts).toEqual([
    ["two", null],
    [undefined, "stop"],
  ]);
});

test("and in front of an end mark without a finish, and of a tool call", () => {
  const ended = after(reader(resumptionOf("one two three", CONTINUE)), `${chatEvent({ content: "two" })}data: [DONE]\n\n`);
  expect(textOf(ended)).toBe("two");
  expect(ended.endsWith("data: [DONE]\n\n")).toBe(true);
  const second = reader(resumptionOf("one two three", CONTINUE));
  const called = after(second, chatEvent({ content: "two" }) + chatEvent({ tool_calls: [{ index: 0, function: { name: "f" } }] }));
  expect(textOf(called)).toBe("two");
  expect(called).toContain('"name":"f"');
  expect(second.resumePoint()).toBeUndefined();
});

test("what was held back when the stream broke is not taken for given", () => {
  const second = reader(resumptionOf("one two three", CONTINUE));
  expect(second.push(Buffer.from(chatEvent({ content: "two" }))).toString()).toBe("");
  expect(second.resumePoint()?.text).toBe("one two three");
});

test("reasoning does not stand in the way: the first one's is known, the second one's is left out", () => {
  const first = reader(undefined);
  first.push(Buffer.from(chatEvent({ reasoning_content: "hm" })));
  const resume = first.resumePoint()!;
  expect(resume.text).toBe("");
  const second = reader({ point: resume, manner: RESTART, by: "b" });
  const thought = chatEvent({
    reasoning_content: "well",
    reasoning: "well",
    reasoning_details: [{ type: "reasoning.text", text: "well" }],
  });
  expect(second.push(Buffer.from(thought)).toString()).toBe("");
  expect(second.content).toBe(true);
  const out = after(second, chatStream(["Hello"]));
  expect(textOf(out)).toBe("Hello");
  expect(out).not.toContain("well");
});

test("probabilities of tokens that are left out are left out", () => {
  const said = (content: string): string => chatEvent({ content }).replace('"delta"', '"logprobs":{"content":[1]},"delta"');
  const out = after(reader(resumptionOf("Hello")), said("Hello wo") + said("rld"));
  expect(chunksOf(out)).toMatchObject([{ choices: [{ logprobs: null }] }, { choices: [{ logprobs: { content: [1] } }] }]);
});

test("white space alone need not be repeated", () => {
  expect(textOf(after(reader(resumptionOf(" \n")), chatStream(["Hello"])))).toBe("Hello");
});

test("a legacy completion is held back in its own words", () => {
  const said = (text: string, finish_reason: string | null): string =>
    `data: ${JSON.stringify({ object: "text_completion", choices: [{ index: 0, text, finish_reason }] })}\n\n`;
  const out = after(reader(resumptionOf("one two three", CONTINUE)), said("two", null) + said("", "stop"));
  expect(chunksOf(out)).toMatchObject([{ choices: [{ text: "two" }] }, { choices: [{ text: "", finish_reason: "stop" }] }]);
});

test("more small events than are read at once are no large one, however many bytes they are", () => {
  const texts = Array.from({ length: 4_000 }, (_, index) => `t${index} `);
  const stream = reader(resumptionOf("t0 "));
  const out = [stream.push(Buffer.from(chatStream(texts)))];
  while (stream.busy) out.push(stream.step());
  expect(stream.failure).toBeUndefined();
  expect(textOf(Buffer.concat(out).toString())).toBe(texts.slice(1).join(""));
  expect(stream.complete).toBe(true);
});

test.each([
  ["with no choice", { choices: [] }],
  ["with a choice that says nothing more", {}],
])("usage behind the finish is told, %s", (_name, more) => {
  const before = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const sent =
    chatEvent({ content: "a b" }) + chatEvent({}, {}, "stop") + chatEvent({ content: "" }, { ...more, usage }) + "data: [DONE]\n\n";
  const told = (withhold: boolean): unknown[] =>
    chunksOf(
      reader(resumptionOf("a ", RESTART, { usage: before }), withhold)
        .push(Buffer.from(sent))
        .toString(),
    )
      .map((chunk) => chunk.usage)
      .filter((one) => one != null);
  expect(told(false)).toEqual([{ prompt_tokens: 6, completion_tokens: 9, total_tokens: 15 }]);
  expect(told(true)).toEqual([]);
});
