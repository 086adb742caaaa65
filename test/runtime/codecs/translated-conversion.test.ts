import { fc } from "../../support/properties";
import { PREFILL, resumptionOf } from "../../support/resumption";
import type { Answer, ErrorAnswer } from "../../../runtime/codecs/answer";
import type { TranslatedConversion } from "../../../runtime/codecs/translated-conversion";
import {
  begin,
  blockStop,
  callOf,
  chunksOf,
  codec,
  event,
  FAILED,
  finish,
  input,
  MEGABYTE,
  MESSAGE,
  START,
  STOP,
  text,
  TEXT_BLOCK,
  textOf,
  textStream,
  TOOL_BLOCK,
  USAGE,
} from "./support";

const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream";

const asBytes = (answer: unknown): Buffer => Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer));

/** Reads an answer with status 200 at once. */
function read(conversion: TranslatedConversion, mediaType: string | undefined, body: Buffer): Answer {
  conversion.carriage(200, mediaType);
  return conversion.readAnswer(body);
}

/** Reads it in steps. */
function readInSteps(conversion: TranslatedConversion, mediaType: string, body: Buffer): { answer: Answer; steps: number } {
  conversion.carriage(200, mediaType);
  const reading = conversion.readLargeAnswer(body);
  let steps = 1;
  while (!reading.step()) steps++;
  return { answer: reading.result(), steps };
}

/** What the client gets, with the same time in all answers. */
function given(answer: Answer): string {
  if (!answer.ok) return answer.reason;
  return (answer.written?.body.toString() ?? "").replace(/"created":\d+/g, '"created":0');
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("how an answer is carried", () => {
  test.each([
    [200, true, STREAM_TYPE, "stream"],
    [200, true, JSON_TYPE, "look"],
    [200, true, undefined, "look"],
    [200, false, STREAM_TYPE, "whole"],
    [200, false, JSON_TYPE, "whole"],
    [429, true, STREAM_TYPE, "whole"],
    [500, true, JSON_TYPE, "whole"],
  ])("status %i, asked for a stream: %s, media type %s: %s", (status, stream, mediaType, carriage) => {
    expect(begin({ stream }).carriage(status, mediaType)).toBe(carriage);
  });
});

test.each([
  ["a whole message", MESSAGE, false],
  ["an event", { type: "message_start", message: { ...MESSAGE, content: [] } }, true],
  ["an error", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, false],
  ["something else", { a: 1 }, false],
  ["no object", [1], false],
])("an object is an event or a whole answer: %s", (_name, object, isEvent) => {
  expect(begin({ stream: true }).isEvent(object)).toBe(isEvent);
});

describe("the request", () => {
  test("is written once it has been read, with the dialect's headers", () => {
    const conversion = begin();
    expect(JSON.parse(conversion.body.toString())).toMatchObject({
      model: "claude-sonnet-4-5",
      stream: false,
      messages: [{ role: "user", content: [{ type: "text", text: "1 + 1?" }] }],
    });
    expect(conversion.headers).toEqual(["anthropic-version", "2023-06-01"]);
  });

  test("is read once for all of an exchange's targets", () => {
    const call = callOf();
    codec.lacks(call.ask, call.model);
    const { reading } = call.ask;
    expect(reading).toBeDefined();
    codec.begin(call);
    expect(call.ask.reading).toBe(reading);
  });

  test("gets what the target adds to it", () => {
    const parameters = { defaults: [["temperature", "0.5"]], maxTokens: 7 } as const;
    const conversion = begin({ parameters, resume: resumptionOf("It is", PREFILL) });
    expect(JSON.parse(conversion.body.toString())).toMatchObject({
      temperature: 0.5,
      max_tokens: 7,
      messages: [{ role: "user" }, { role: "assistant", content: [{ text: "It is" }] }],
    });
  });

  test("needs a model", () => {
    expect(() => begin({ model: undefined })).toThrow("model parameter not found");
  });
});

describe("a whole answer", () => {
  test("becomes the client's", () => {
    const answer = read(begin(), JSON_TYPE, asBytes(MESSAGE));
    expect(answer).toMatchObject({ ok: true, model: MESSAGE.model, usage: USAGE, written: { mediaType: JSON_TYPE } });
    expect(answer.ok && answer.characters()).toBe("It is 2.".length);
    expect(JSON.parse(given(answer))).toMatchObject({
      id: "msg_1",
      choices: [{ message: { content: "It is 2." }, finish_reason: "stop" }],
      usage: USAGE,
    });
  });

  test("is replayed as events for a client that asked for a stream", () => {
    const answer = read(begin({ stream: true, usage: "on" }), JSON_TYPE, asBytes(MESSAGE));
    expect(answer).toMatchObject({ ok: true, usage: USAGE, written: { mediaType: STREAM_TYPE } });
    const stream = given(answer);
    expect(textOf(stream)).toBe("It is 2.");
    expect(chunksOf(stream).at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunksOf(stream).at(-1)?.usage?.total_tokens).toBe(15);
    expect(stream.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test.each(["off", "withhold"] as const)("tells no usage to a client of a stream with usage %s, but is accounted for", (usage) => {
    const answer = read(begin({ stream: true, usage }), JSON_TYPE, asBytes(MESSAGE));
    expect(answer).toMatchObject({ ok: true, usage: USAGE });
    expect(given(answer)).not.toContain('"usage"');
  });

  test("gets an id if the provider gave none, and the same one in all events", () => {
    const nameless = { ...MESSAGE, id: undefined };
    const chunks = chunksOf(given(read(begin({ stream: true }), JSON_TYPE, asBytes(nameless))));
    expect(chunks[0]?.id).toMatch(/^chatcmpl-[0-9a-f-]{36}$/);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test.each([
    ["is empty", ""],
    ["is no JSON", "<html>"],
    ["is no JSON", '{"content":'],
    ["is no JSON object", "null"],
    ["is no JSON object", "[]"],
    ["holds no 'content'", "{}"],
    ["holds no 'content'", { ...MESSAGE, content: "text" }],
    ["holds a tool call without 'id' or 'name'", { ...MESSAGE, content: [{ type: "tool_use", input: {} }] }],
  ])("that %s is refused: %j", (reason, answer) => {
    expect(read(begin(), JSON_TYPE, asBytes(answer))).toEqual({ ok: false, reason });
    expect(readInSteps(begin(), JSON_TYPE, asBytes(answer)).answer).toEqual({ ok: false, reason });
  });

  test("of a media type that is missing is read as JSON", () => {
    expect(read(begin(), undefined, asBytes(MESSAGE)).ok).toBe(true);
  });

  test("that nests deeper than can be printed is refused, or that part of it is left out", () => {
    const deep = JSON.stringify({ ...MESSAGE, content: [{ type: "tool_use", id: "t", name: "n", input: "DEEP" }] });
    expect(read(begin(), JSON_TYPE, asBytes(deep.replace('"DEEP"', nested(100_000))))).toEqual({
      ok: false,
      reason: "holds a tool call that is nested too deep",
    });
    const aside = JSON.stringify({ ...MESSAGE, other: "DEEP" }).replace('"DEEP"', nested(100_000));
    expect(read(begin(), JSON_TYPE, asBytes(aside)).ok).toBe(true);
  });

  test("of any JSON is read or refused, and never throws", () => {
    const member = fc.constantFrom("content", "type", "text", "id", "name", "input", "usage", "stop_reason", "model", "__proto__");
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom<unknown>(null, true, 0, -1, 1e308, "", "text", "tool_use", "thinking", "redacted_thinking"),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(member, tie("value"), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.boolean(), (answer, stream) => {
        const one = read(begin({ stream }), JSON_TYPE, asBytes(JSON.stringify(answer)));
        const steps = readInSteps(begin({ stream }), JSON_TYPE, asBytes(JSON.stringify(answer))).answer;
        expect(steps.ok).toBe(one.ok);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a stream that nobody asked for", () => {
  const TOOLS = START + TEXT_BLOCK + text("Wait") + blockStop(0) + TOOL_BLOCK + input('{"a":') + input("1}") + blockStop(1);

  test("becomes one answer", () => {
    const answer = read(begin(), STREAM_TYPE, asBytes(TOOLS + finish("tool_use") + STOP));
    expect(answer).toMatchObject({ ok: true, model: MESSAGE.model, usage: USAGE, written: { mediaType: JSON_TYPE } });
    expect(JSON.parse(given(answer))).toMatchObject({
      id: "msg_1",
      choices: [
        {
          message: { content: "Wait", tool_calls: [{ id: "toolu_1", function: { name: "add", arguments: '{"a":1}' } }] },
          finish_reason: "tool_calls",
        },
      ],
      usage: USAGE,
    });
  });

  test("says the same as the whole answer does", () => {
    const stream = read(begin(), STREAM_TYPE, asBytes(textStream(["It ", "is ", "2."])));
    expect(given(stream)).toBe(given(read(begin(), JSON_TYPE, asBytes(MESSAGE))));
  });

  test.each([
    ["is empty", ""],
    ["is a stream that ended before it was complete", START],
    ["is a stream that ended before it was complete", TOOLS],
    ["reports an error: Overloaded", TOOLS + FAILED],
    ["is a stream that sent an event of more than 1024 bytes", `${START}data: "${"x".repeat(2000)}`],
  ])("and that %s is refused", (reason, stream) => {
    expect(read(begin({ maxBytes: 1024 }), STREAM_TYPE, asBytes(stream))).toEqual({ ok: false, reason });
  });

  test.each([
    ["a stream under another type", JSON_TYPE, textStream(["It ", "is ", "2."])],
    ["a stream without a type", undefined, textStream(["It ", "is ", "2."])],
    ["a whole answer that is called a stream", STREAM_TYPE, JSON.stringify(MESSAGE)],
  ])("is told by its first bytes: %s", (_name, type, body) => {
    expect(given(read(begin(), type, asBytes(body)))).toBe(given(read(begin(), JSON_TYPE, asBytes(MESSAGE))));
  });

  test("may end without its last blank line, and hold events that cannot be read", () => {
    const stream = `${START}${TEXT_BLOCK}data: {\n\n${text("a")}${finish("end_turn").slice(0, -2)}`;
    expect(read(begin(), STREAM_TYPE, asBytes(stream))).toMatchObject({ ok: true });
  });
});

describe("a large answer", () => {
  const pieces = Array.from({ length: 5000 }, (_, index) => `word ${index} `);

  test("is read in steps, and gives what it gives at once", () => {
    const body = asBytes({ ...MESSAGE, content: pieces.map((piece) => ({ type: "text", text: piece })) });
    const { answer, steps } = readInSteps(begin(), JSON_TYPE, body);
    expect(steps).toBeGreaterThan(1);
    expect(given(answer)).toBe(given(read(begin(), JSON_TYPE, body)));
  });

  test("is read in as many steps as a stream of it needs", () => {
    const body = asBytes(textStream(pieces));
    const { answer, steps } = readInSteps(begin(), STREAM_TYPE, body);
    expect(steps).toBeGreaterThan(pieces.length / 1000);
    expect(given(answer)).toBe(given(read(begin(), STREAM_TYPE, body)));
    expect(answer.ok && answer.characters()).toBe(pieces.join("").length);
  });

  test("says nothing before its last step", () => {
    const conversion = begin();
    conversion.carriage(200, JSON_TYPE);
    const reading = conversion.readLargeAnswer(asBytes(MESSAGE));
    expect(reading.step()).toBe(false);
    expect(reading.result().ok).toBe(false);
  });
});

describe("an error", () => {
  const told = ({ written }: ErrorAnswer): unknown => JSON.parse(written?.body.toString() ?? "");

  test.each([
    [
      400,
      { type: "error", error: { type: "invalid_request_error", message: "prompt is too long" } },
      "prompt is too long",
      "context_length",
    ],
    [529, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "Overloaded", undefined],
    [500, "<html>", "the provider answered with status 500", undefined],
    [500, "", "the provider answered with status 500", undefined],
    [404, "null", "the provider answered with status 404", undefined],
    [404, "[[]]", "the provider answered with status 404", undefined],
    [404, { error: { message: 7 } }, "the provider answered with status 404", undefined],
    [404, { error: nested(10) }, nested(10), undefined],
    [500, nested(100_000), "the provider answered with status 500", undefined],
    [500, { error: { message: "x".repeat(64 * 1024) } }, "the provider answered with status 500", undefined],
  ])("with status %i is told in the client's dialect", (status, body, message, refusal) => {
    const error = begin().readError(status, asBytes(body));
    expect(error).toMatchObject({ refusal, written: { mediaType: JSON_TYPE } });
    expect(told(error)).toMatchObject({ error: { message, param: null } });
  });

  test("of any JSON is told", () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 400, max: 599 }), (body, status) => {
        expect(told(begin().readError(status, asBytes(body)))).toMatchObject({ error: { message: expect.any(String) as string } });
      }),
    );
  });
});

test("limits of the call hold for the stream too", () => {
  const stream = begin({ stream: true, maxBytes: MEGABYTE }).stream();
  stream.push(asBytes(START + TEXT_BLOCK));
  stream.push(asBytes(event({ type: "ping", padding: "x".repeat(MEGABYTE) })));
  expect(stream.failure).toBe(`sent an event of more than ${MEGABYTE} bytes`);
});
