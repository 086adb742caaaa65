import type { Frame } from "../../../runtime/framing/frame";
import type { FramingVerdict } from "../../../runtime/framing/framing";
import { SseFraming } from "../../../runtime/framing/sse-framing";
import { fc } from "../../support/properties";

const LIMIT = 1024;

interface Read {
  readonly frames: readonly Frame[];
  readonly verdict: FramingVerdict;
  readonly problem: string | undefined;
}

/** Reads pieces as a relay does: it goes on until there are no `more` frames before it takes the next one. */
function read(pieces: readonly (string | Buffer)[], limit = LIMIT): Read {
  const framing = new SseFraming(limit);
  const frames: Frame[] = [];
  for (const piece of pieces) {
    frames.push(...framing.push(Buffer.from(piece)));
    while (framing.more) frames.push(...framing.push(Buffer.alloc(0)));
  }
  const end = framing.end();
  return { frames: [...frames, ...end.frames], verdict: end.verdict, problem: framing.problem };
}

const data = (...texts: string[]): readonly Frame[] => texts.map((text) => ({ event: undefined, data: text }));

test.each<[string, string, readonly Frame[]]>([
  ["a line of data", "data: a\n\n", data("a")],
  ["a field without a space", "data:a\n\n", data("a")],
  ["one space belongs to the format, a second does not", "data:  a \n\n", data(" a ")],
  ["several lines of data", "data: a\ndata:\ndata: b\n\n", data("a\n\nb")],
  ["data without a value", "data\n\n", data("")],
  ["a name", "event: x\ndata: a\n\n", [{ event: "x", data: "a" }]],
  ["a name behind the data, and the last of two", "event: x\ndata: a\nevent:y\n\n", [{ event: "y", data: "a" }]],
  ["an empty name", "event: x\nevent:\ndata: a\n\n", data("a")],
  ["a name alone, which does not last", "event: x\n\ndata: a\n\n", data("a")],
  ["comments and other fields", ": hi\nid: 1\nretry: 2\ndatabase: 3\ndata : 4\n data: 5\ndata: a\n\n", data("a")],
  ["blank lines alone", "\n\n\r\n\r\n", []],
  ["an empty stream", "", []],
  ["a byte order mark", "\uFEFFdata: a\n\n", data("a")],
  ["a second byte order mark", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", data("b")],
  ["characters of several bytes", "data: é🙂\u2028\n\n", data("é🙂\u2028")],
  ["bytes that are no UTF-8", "data: \xff\n\n", data("\ufffd")],
])("%s", (name, stream, frames) => {
  const bytes = Buffer.from(stream, name.includes("no UTF-8") ? "latin1" : "utf8");
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toStrictEqual({ frames, verdict: "clean", problem: undefined });
  }
});

test.each<[string, string, readonly Frame[], FramingVerdict]>([
  ["behind a blank line", "data: a\n\n", data("a"), "clean"],
  ["before the blank line", "data: a\n", data("a"), "clean"],
  ["inside a line of data", "data: a\n\ndata: [DONE]", data("a", "[DONE]"), "cut"],
  ["inside a comment", "data: a\n\n: x", data("a"), "cut"],
  ["behind the CR of a CRLF", "data: a\r\n\r", data("a"), "clean"],
])("a stream that ends %s", (_name, stream, frames, verdict) => {
  expect(read([stream])).toMatchObject({ frames, verdict });
});

const LINES = ["data: a", "data:b", "data", "", "", "event: x", "event:", ": c", "id: 1", "é", " data: d", "data: 🙂"];
const LINE_ENDS = ["\n", "\r\n", "\r"];

/** The format by its letter, for a stream that is at hand as one text. */
function byTheLetter(stream: string): readonly Frame[] {
  const frames: Frame[] = [];
  let lines: string[] = [];
  let event: string | undefined;
  for (const line of stream.split(/\r\n|\n|\r/).slice(0, -1)) {
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (line === "") {
      if (lines.length > 0) frames.push({ event: event === "" ? undefined : event, data: lines.join("\n") });
      lines = [];
      event = undefined;
    } else if (name === "data") lines.push(value);
    else if (name === "event") event = value;
  }
  return lines.length > 0 ? [...frames, { event: event === "" ? undefined : event, data: lines.join("\n") }] : frames;
}

test("any lines with any ends, cut anywhere, give the frames that the format says", () => {
  const line = fc.tuple(fc.constantFrom(...LINES), fc.constantFrom(...LINE_ENDS)).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 8 }), (lines, places) => {
      const stream = lines.join("");
      const bytes = Buffer.from(stream);
      const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
      const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
      expect(read(pieces).frames).toStrictEqual(byTheLetter(stream));
    }),
    { numRuns: 1000 },
  );
});

describe("a frame that is too long", () => {
  const limit = 20;
  const problem = "sent an event of more than 20 bytes";

  test.each([
    ["in one line", "data: 345678901234567", "8\n\n"],
    ["in several lines", "data: 34567890\ndata: 7", "8\n\n"],
    ["by its name", "event: 45678901\ndata:", "x\n\n"],
    ["without an end", ": 3456789012345678901", ""],
  ])("%s is a problem, and those before it are not lost", (_name, most, rest) => {
    for (const stream of [`data: a\n\n${most}${rest}`, `data: a\n\n${most}${rest}`.padEnd(200, "x")]) {
      const bytes = Buffer.from(stream);
      for (let cut = 0; cut <= bytes.length; cut++) {
        expect(read([bytes.subarray(0, cut), bytes.subarray(cut)], limit)).toStrictEqual({
          frames: data("a"),
          verdict: "corrupt",
          problem,
        });
      }
    }
  });

  test("is not one that is as long as it may be, nor many lines that say nothing", () => {
    expect(read(["data: 78901234567890\n\ndata: 7890\ndata: 7890\n\n"], limit)).toMatchObject({ verdict: "clean", frames: { length: 2 } });
    expect(read([": comment\nid: 1\n".repeat(100), "data: a\n\n"], limit)).toMatchObject({ verdict: "clean", frames: data("a") });
  });

  test("lets nothing be read after it", () => {
    const framing = new SseFraming(limit);
    framing.push(Buffer.from("x".repeat(30)));
    expect(framing.push(Buffer.from("\n\ndata: a\n\n"))).toStrictEqual([]);
  });
});

describe("very many", () => {
  test("frames come in several turns", () => {
    const framing = new SseFraming(LIMIT);
    const first = framing.push(Buffer.from("data: a\n\n".repeat(2000)));
    expect(first.length).toBeLessThan(500);
    expect(framing.more).toBe(true);
    expect(read(["data: a\n\n".repeat(2000), "data: b\n\n"]).frames).toHaveLength(2001);
  });

  test("empty lines are read in several turns", () => {
    const framing = new SseFraming(LIMIT);
    let turns = 1;
    framing.push(Buffer.from("\n".repeat(100_000)));
    for (; framing.more; turns++) framing.push(Buffer.alloc(0));
    expect(turns).toBeGreaterThan(20);
    expect(framing.end().verdict).toBe("clean");
  });

  test("pieces of one frame are not searched again", () => {
    const framing = new SseFraming(1024 * 1024);
    const piece = Buffer.from("x");
    framing.push(Buffer.from("data: "));
    for (let count = 0; count < 500_000; count++) framing.push(piece);
    expect(framing.push(Buffer.from("\n\n"))[0]?.data.length).toBe(500_000);
  });
});
