import { fc } from "../../../support/properties";
import { LARGE_BYTES } from "../../../../runtime/bytes/slices";
import { questionOf, readRefusal, textOf } from "../../../../runtime/dialects/openai";
import { readAnswer, readLargeAnswer } from "../../../../runtime/dialects/openai/answer";
import { OpenAiWalk } from "../../../../runtime/dialects/openai/walk";
import { streamReader } from "../../../support/openai-dialect";
import type { Answer } from "../../../../runtime/codecs/answer";
import { CONTINUE, resumptionOf } from "../../../support/resumption";
import type { StreamReader } from "../../../../runtime/codecs/stream-reader";

const MAX_EVENT_BYTES = 1024 * 1024;

/** JSON in which members that are read hold anything. */
const names = fc.constantFrom(
  ...["choices", "delta", "message", "content", "text", "index", "finish_reason", "tool_calls", "refusal", "reasoning_content", "usage"],
  ...[
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
    "model",
    "id",
    "error",
    "code",
    "innererror",
    "prompt",
  ],
  ...["messages", "role", "__proto__"],
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constant(null),
    fc.constantFrom("stop", "a", 0, 1e308),
    tie("list"),
    tie("map"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }),
  map: fc.dictionary(names, tie("value"), { maxKeys: 4 }),
})).value;
const chunk = fc.oneof(
  anything,
  fc.record({ choices: fc.array(fc.oneof(fc.constant(null), fc.record({ delta: anything, text: anything })), { maxLength: 3 }) }),
);

const readers = (): StreamReader[] =>
  [undefined, resumptionOf("a"), resumptionOf("a", CONTINUE)].map((resume) =>
    streamReader({ withholdUsage: true, keepText: true, resume, maxEventBytes: MAX_EVENT_BYTES }),
  );

function readWhole(reader: StreamReader, bytes: Buffer, cut: number): void {
  for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
    reader.push(part);
    while (reader.busy) reader.step();
  }
  reader.end();
  while (reader.busy) reader.step();
  reader.resumePoint();
}

function readLarge(body: Buffer): Answer {
  const reading = readLargeAnswer(body);
  while (!reading.step());
  return reading.result();
}

describe("whatever a provider sends is data: nothing that reads it throws", () => {
  test("streams of any JSON", () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 4 }), fc.nat(), (chunks, cut) => {
        const bytes = Buffer.from(chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(""));
        for (const reader of readers()) readWhole(reader, bytes, cut % (bytes.length + 1));
      }),
      { numRuns: 500 },
    );
  });

  test("streams of any bytes", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom("data:", "data: {", "\n\n", "\r\n", "[DONE]", "}").map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(), (pieces, cut) => {
        const bytes = Buffer.concat(pieces);
        for (const reader of readers()) readWhole(reader, bytes, cut % (bytes.length + 1));
      }),
      { numRuns: 500 },
    );
  });

  test("answers, refusals and texts for a judge, of any JSON", () => {
    fc.assert(
      fc.property(chunk, (value) => {
        const text = JSON.stringify(value);
        const body = Buffer.from(text);
        const answer = readAnswer(body);
        if (answer.ok) expect(answer.characters()).toBeGreaterThanOrEqual(0);
        readRefusal(400, body);
        questionOf(body);
        textOf(text, false, 100);
        textOf(`data: ${text}\n\n`, true, 100);
      }),
      { numRuns: 500 },
    );
  });

  test("a large answer says the same as a small one with the same members", () => {
    fc.assert(
      fc.property(chunk, (value) => {
        const body = Buffer.from(JSON.stringify(value));
        const small = readAnswer(body);
        const large = readLarge(body);
        expect(large.ok).toBe(small.ok);
        if (small.ok && large.ok) expect({ model: large.model, usage: large.usage }).toEqual({ model: small.model, usage: small.usage });
      }),
      { numRuns: 500 },
    );
  });
});

test("details of usage are kept as counts only, so that what is nested deep or long reaches no log", () => {
  const deep = `${"[".repeat(9000)}${"]".repeat(9000)}`;
  const many = Array.from({ length: 1000 }, (_, index) => `"d${index}":1`).join(",");
  const body = `{"choices":[],"usage":{"prompt_tokens":1e308,"completion_tokens":1e308,"prompt_tokens_details":{"cached_tokens":3,"a":${deep},"${"k".repeat(100)}":1},"completion_tokens_details":{${many}}}}`;
  for (const answer of [readAnswer(Buffer.from(body)), readLarge(Buffer.from(body))]) {
    if (!answer.ok) throw new Error(answer.reason);
    expect(answer.usage?.prompt_tokens_details).toEqual({ cached_tokens: 3 });
    expect(Object.keys(answer.usage?.completion_tokens_details ?? {})).toHaveLength(32);
    expect(answer.usage?.total_tokens).toBe(2 * Number.MAX_SAFE_INTEGER);
  }
});

test("a model's name of a megabyte is cut off", () => {
  const answer = readAnswer(Buffer.from(`{"choices":[],"model":"${"m".repeat(100_000)}"}`));
  expect(answer).toMatchObject({ ok: true, model: "m".repeat(256) });
});

describe("the end of a stream", () => {
  const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
  const part = (index: number, finish_reason: string | null): string =>
    event({ choices: [{ index, delta: { content: "a" }, finish_reason }] });
  const DONE = "data: [DONE]\n\n";
  const read = (text: string): { reader: StreamReader; out: string } => {
    const reader = streamReader({ withholdUsage: false, keepText: false, resume: undefined, maxEventBytes: MAX_EVENT_BYTES });
    return { out: reader.push(Buffer.from(text)).toString(), reader };
  };

  test("nothing behind the end mark is returned or looked at", () => {
    const { out, reader } = read(part(0, "stop") + DONE + DONE + event({ error: { message: "late" } }));
    expect(out).toBe(part(0, "stop") + DONE);
    expect(reader).toMatchObject({ ended: true, complete: true, failure: undefined });
    expect(reader.push(Buffer.from(part(0, null))).length).toBe(0);
    expect(reader.end().length).toBe(0);
  });

  test.each([
    ["its only choice has finished", part(0, null) + part(0, "stop"), true],
    ["one of two choices has finished", part(0, null) + part(1, null) + part(0, "stop"), false],
    ["both choices have finished", part(1, null) + part(0, "stop") + part(1, "length"), true],
    ["a finished choice is named once more", part(0, "stop") + part(0, null), true],
    ["no choice has finished", part(0, null), false],
  ])("without the mark, when %s: complete is %s", (_name, text, complete) => {
    expect(read(text).reader).toMatchObject({ ended: false, complete });
  });
});

describe("large events", () => {
  const options = { withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: MAX_EVENT_BYTES };
  const long = "x".repeat(LARGE_BYTES);

  test.each([
    [
      "one line",
      `data: {"model":"m","choices":[{"index":0,"delta":{"content":"${long}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2}}\n\n`,
    ],
    [
      "several lines",
      `event: x\ndata: {"model":"m","choices":[{"index":0,\ndata: "delta":{"content":"${long}"},"finish_reason":"stop"}],\ndata:"usage":{"prompt_tokens":2}}\n\n`,
    ],
  ])("in %s are relayed byte for byte, and say what a small one would", (_name, event) => {
    const reader = streamReader(options);
    const out = [reader.push(Buffer.from(`: before\n\n${event}data: [DONE]\n\n`))];
    let steps = 0;
    for (; reader.busy; steps++) out.push(reader.step());
    out.push(reader.push(Buffer.alloc(0)));
    expect(steps).toBeGreaterThan(4);
    expect(Buffer.concat(out).toString()).toBe(`: before\n\n${event}data: [DONE]\n\n`);
    expect(reader).toMatchObject({ model: "m", characters: long.length, complete: true, ended: true, content: true });
    expect(reader.usage?.prompt_tokens).toBe(2);
    expect(reader.resumePoint()).toBeUndefined();
  });

  test("that are no JSON are left out, and errors are found in them", () => {
    const broken = streamReader(options);
    broken.push(Buffer.from(`data: {"a":"${long}"\n\n`));
    while (broken.busy) broken.step();
    expect(broken.skipped).toBe(1);
    const failed = streamReader(options);
    failed.push(Buffer.from(`data: {"a":"${long}","error":{"message":"overloaded"}}\n\n`));
    while (failed.busy) failed.step();
    expect(failed).toMatchObject({ failureAt: 0, complete: false });
    expect(failed.failure).toContain("overloaded");
  });

  test("are walked once: 20,000 choices take as many steps as their bytes", () => {
    const body = Buffer.from(`{"choices":[${new Array(20_000).fill('{"text":"xy"}').join(",")}]}`);
    const walk = new OpenAiWalk(body);
    let steps = 1;
    while (!walk.step()) steps++;
    expect(steps).toBe(Math.ceil(body.length / (64 * 1024)));
    expect(walk).toMatchObject({ choices: 20_000, characters: 40_000, hasChoices: true });
  });
});

test("very many small events are read in several turns, broken ones in more", () => {
  const turns = (event: string): number => {
    const reader = streamReader({ withholdUsage: false, keepText: false, resume: undefined, maxEventBytes: MAX_EVENT_BYTES });
    const out = [reader.push(Buffer.from(event.repeat(2000)))];
    let steps = 1;
    for (; reader.busy; steps++) out.push(reader.step());
    expect(Buffer.concat(out).length).toBe(reader.skipped > 0 ? 0 : event.length * 2000);
    return steps;
  };
  expect(turns("data: {}\n\n")).toBeGreaterThan(4);
  expect(turns("data: {\n\n")).toBeGreaterThan(50);
});
