import { anyCharacter, fc } from "../../support/properties";
import type { StreamReader } from "../../../runtime/codecs/stream-reader";
import {
  begin,
  blockStop,
  chunksOf,
  event,
  FAILED,
  finish,
  input,
  MEGABYTE,
  PING,
  START,
  STOP,
  text,
  TEXT_BLOCK,
  textOf,
  textStream,
  TOOL_BLOCK,
} from "./support";

const reader = (more: Parameters<typeof begin>[0] = {}): StreamReader => begin({ stream: true, usage: "on", ...more }).stream();

/** All that the client gets of the pieces. */
function readAll(stream: StreamReader, pieces: readonly Buffer[]): string {
  const out: Buffer[] = [];
  const settle = (): void => {
    while (stream.busy) out.push(stream.step());
  };
  for (const piece of pieces) {
    out.push(stream.push(piece));
    settle();
  }
  out.push(stream.end());
  return Buffer.concat(out).toString();
}

const whole = (stream: StreamReader, given: string): string => readAll(stream, [Buffer.from(given)]);

const WHOLE =
  START +
  PING +
  TEXT_BLOCK +
  text("It is ") +
  text("2 – “två”. 👋") +
  blockStop(0) +
  TOOL_BLOCK +
  input('{"a":') +
  input("1}") +
  blockStop(1) +
  finish("tool_use") +
  STOP;

test("a stream is told in the client's words, and its facts are noted", () => {
  const stream = reader();
  const given = whole(stream, WHOLE);
  expect(textOf(given)).toBe("It is 2 – “två”. 👋");
  const calls = chunksOf(given).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
  expect(calls.map((call) => call.function.arguments).join("")).toBe('{"a":1}');
  expect(calls[0]).toMatchObject({ index: 0, id: "toolu_1", function: { name: "add" } });
  expect(chunksOf(given).at(-2)?.choices[0]?.finish_reason).toBe("tool_calls");
  expect(given.endsWith("data: [DONE]\n\n")).toBe(true);
  expect(stream).toMatchObject({
    content: true,
    ended: true,
    complete: true,
    failure: undefined,
    model: "claude-sonnet-4-5-20250929",
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    characters: "It is 2 – “två”. 👋".length,
    skipped: 0,
    busy: false,
  });
});

test.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("wherever the network cuts lines that end with %s, the client gets the same", (_name, lineEnd) => {
  const bytes = Buffer.from(WHOLE.replaceAll("\n", lineEnd));
  const id = /"created":\d+/g;
  const expected = whole(reader(), WHOLE).replace(id, "");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const stream = reader();
    expect(readAll(stream, [bytes.subarray(0, cut), bytes.subarray(cut)]).replace(id, "")).toBe(expected);
    expect(stream).toMatchObject({ ended: true, complete: true, skipped: 0 });
  }
});

test("cut into single bytes, the client gets the same", () => {
  const pieces = Array.from(Buffer.from(WHOLE), (byte) => Buffer.of(byte));
  expect(textOf(readAll(reader(), pieces))).toBe("It is 2 – “två”. 👋");
});

test("each push gives the events that it completes, and nothing of others", () => {
  const stream = reader();
  stream.push(Buffer.from(START + TEXT_BLOCK));
  const bytes = Buffer.from(text("one"));
  expect(stream.push(bytes.subarray(0, -1)).toString()).toBe("");
  expect(stream.content).toBe(false);
  expect(textOf(stream.push(bytes.subarray(-1)).toString())).toBe("one");
  expect(stream.content).toBe(true);
});

test.each([
  ["nothing", START, { content: false, complete: false, ended: false }],
  ["a block without text", START + TEXT_BLOCK, { content: false, complete: false }],
  ["text without an end", START + TEXT_BLOCK + text("a"), { content: true, complete: false }],
  ["a finish without the end mark", START + TEXT_BLOCK + text("a") + finish("end_turn"), { content: true, complete: true, ended: true }],
  ["a finish alone", START + finish("end_turn"), { content: true, complete: true, ended: true }],
  ["a tool call", START + TOOL_BLOCK, { content: true, complete: false }],
  ["the end mark", START + STOP, { content: false, complete: true, ended: true }],
  ["no bytes", "", { content: false, complete: false, ended: false, model: undefined, usage: undefined }],
])("what is known after %s", (_what, given, facts) => {
  const stream = reader();
  whole(stream, given);
  expect(stream).toMatchObject({ failure: undefined, ...facts });
});

test("nothing that follows the end mark is read", () => {
  const stream = reader();
  const given = whole(stream, `${textStream(["a"])}${text("b")}data: {\n\n${FAILED}`);
  expect(textOf(given)).toBe("a");
  expect(stream).toMatchObject({ failure: undefined, characters: 1, skipped: 0 });
  expect([stream.push(Buffer.from(text("c"))).length, stream.end().length]).toEqual([0, 0]);
});

test("an error inside the stream ends it; failureAt tells where its event begins in what was given last", () => {
  const stream = reader();
  stream.push(Buffer.from(START + TEXT_BLOCK));
  const given = stream.push(Buffer.from(text("é") + FAILED + text("b")));
  expect(stream).toMatchObject({
    failure: "reported an error inside the stream: Overloaded",
    complete: false,
    ended: false,
    characters: 1,
  });
  const at = stream.failureAt ?? -1;
  expect(textOf(given.subarray(0, at).toString())).toBe("é");
  expect(chunksOf(given.subarray(at).toString())).toMatchObject([{ error: { message: "Overloaded" } }]);
  expect(stream.push(Buffer.from(text("c"))).length).toBe(0);
  expect(stream.end().length).toBe(0);
});

test("no more of an error's text is repeated than 500 characters", () => {
  const stream = reader();
  whole(stream, event({ type: "error", error: { type: "api_error", message: "x".repeat(2000) } }));
  expect(stream.failure).toBe(`reported an error inside the stream: ${"x".repeat(500)}`);
});

test("an event that is larger than may be is a failure behind what came before it", () => {
  const stream = reader({ maxBytes: 1024 });
  stream.push(Buffer.from(START + TEXT_BLOCK));
  const given = stream.push(Buffer.from(text("a") + `data: "${"x".repeat(2000)}`));
  expect(stream.failure).toBe("sent an event of more than 1024 bytes");
  expect(stream.failureAt).toBe(given.length);
  expect(textOf(given.toString())).toBe("a");
  expect(stream.busy).toBe(false);
});

test.each([
  ["no JSON", "data: {\n\n"],
  ["other JSON", "data: null\n\ndata: [1]\n\n"],
  ["a delta of another form", event({ type: "content_block_delta", index: "0", delta: { text: "x" } })],
])("an event that is %s is left out and counted", (_what, broken) => {
  const stream = reader();
  expect(textOf(whole(stream, START + TEXT_BLOCK + text("a") + broken + text("b") + finish("end_turn") + STOP))).toBe("ab");
  expect(stream.skipped).toBe(broken.split("data: ").length - 1);
  expect(stream.complete).toBe(true);
});

test("very many events are read in steps, in their order", () => {
  const stream = reader();
  stream.push(Buffer.from(START + TEXT_BLOCK));
  const pieces = Array.from({ length: 2000 }, (_, index) => `${index} `);
  const out = [stream.push(Buffer.from(pieces.map(text).join("") + finish("end_turn") + STOP))];
  expect(stream.busy).toBe(true);
  expect(stream.ended).toBe(false);
  while (stream.busy) out.push(stream.step());
  expect(out.length).toBeGreaterThan(3);
  expect(textOf(Buffer.concat(out).toString())).toBe(pieces.join(""));
  expect(stream.ended).toBe(true);
});

test("a stream that has failed or ended has nothing to read, however much came with its end", () => {
  const much = text("a").repeat(2000);
  for (const end of [FAILED, STOP]) {
    const stream = reader();
    stream.push(Buffer.from(START + TEXT_BLOCK + end + much));
    expect(stream).toMatchObject({ busy: false, characters: 0 });
  }
});

test.each(["off", "withhold"] as const)("with usage %s the client is told of none, but it is noted", (usage) => {
  const stream = reader({ usage });
  expect(whole(stream, textStream(["a"]))).not.toContain("usage");
  expect(stream.usage).toMatchObject({ total_tokens: 15 });
});

test("the last event may lack its blank line", () => {
  const stream = reader();
  expect(whole(stream, textStream(["a"]).slice(0, -2)).endsWith("data: [DONE]\n\n")).toBe(true);
  expect(stream.complete).toBe(true);
});

describe("where another answer can go on", () => {
  const keeping = (): StreamReader => reader({ keepText: true });

  test("with all text that the client has, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: anyCharacter, maxLength: 8 }), { maxLength: 8 }), (pieces) => {
        const stream = keeping();
        stream.push(Buffer.from(START + TEXT_BLOCK + pieces.map(text).join("")));
        expect(stream.resumePoint()).toEqual({
          id: "msg_1",
          text: pieces.join(""),
          usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
          model: "claude-sonnet-4-5-20250929",
        });
      }),
    );
  });

  test("a pair of surrogates that comes in two events stays one character", () => {
    const stream = keeping();
    stream.push(Buffer.from(START + TEXT_BLOCK + text("\ud83d") + text("\udc4b")));
    expect(stream.resumePoint()?.text).toBe("👋");
  });

  test("under the id that the client was told, if the provider gave none", () => {
    const stream = keeping();
    const given = stream.push(Buffer.from(event({ type: "message_start", message: {} }) + TEXT_BLOCK + text("a"))).toString();
    const ids = new Set(chunksOf(given).map(({ id }) => id));
    expect([...ids]).toEqual([stream.resumePoint()?.id]);
    expect([...ids][0]).toMatch(/^chatcmpl-/);
  });

  test.each([
    ["the text is not kept", () => reader(), text("a")],
    ["a tool is called", keeping, text("a") + TOOL_BLOCK],
  ])("nowhere if %s", (_why, make, given) => {
    const stream = make();
    stream.push(Buffer.from(START + TEXT_BLOCK + given));
    expect(stream.resumePoint()).toBeUndefined();
  });

  test("with the text alone if it thought before", () => {
    const stream = keeping();
    const start = event({ type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } });
    stream.push(
      Buffer.from(START + start + event({ type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } })),
    );
    expect(stream).toMatchObject({ content: true, characters: 0 });
    expect(stream.resumePoint()?.text).toBe("");
  });

  test("nowhere if the text is longer than may be kept", () => {
    const stream = keeping();
    stream.push(Buffer.from(START + TEXT_BLOCK));
    const half = Buffer.from(text("x".repeat(MEGABYTE / 2)));
    stream.push(half);
    stream.push(half);
    expect(stream.resumePoint()?.text.length).toBe(MEGABYTE);
    stream.push(Buffer.from(text("y")));
    expect(stream.resumePoint()).toBeUndefined();
  });
});

test("the client is told of a failure in its own words", () => {
  const told = reader().fail({ message: "broke", type: "api_error", code: "upstream_error" }).toString();
  expect(chunksOf(told)).toEqual([{ error: { message: "broke", type: "api_error", code: "upstream_error" } }]);
});

test("whatever bytes come, nothing is thrown, and what is given is whole events", () => {
  const piece = fc.oneof(
    fc.constantFrom(START, TEXT_BLOCK, text("a"), TOOL_BLOCK, input("{"), blockStop(0), finish("end_turn"), PING, "\n\n", "data: ", "\r"),
    fc.json().map((json) => `data: ${json}\n\n`),
    fc.string({ unit: anyCharacter, maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const given = readAll(
        reader({ keepText: true, maxBytes: 4096 }),
        pieces.map((one) => Buffer.from(one)),
      );
      expect(() => chunksOf(given)).not.toThrow();
      expect(given === "" || given.endsWith("\n\n")).toBe(true);
    }),
  );
});
