import { dataOf, EventBuffer, EventData, eventsOf } from "../../../runtime/framing/sse";
import { SseFraming } from "../../../runtime/framing/sse-framing";
import { fc } from "../../support/properties";

const END = fc.constantFrom("\n", "\r\n", "\r");
/** Lines of events, each with an end of its own; an empty one ends an event. */
const stream = fc
  .array(fc.tuple(fc.constantFrom("data: {}", "data:1", 'data: "é"', "event: error", ": comment", "id: 1", "", ""), END), { maxLength: 24 })
  .map((lines) => lines.map(([line, end]) => line + end).join(""));

/** The data of the events of pieces, as the reader of passing streams cuts them. */
function cutBy(pieces: readonly Buffer[]): readonly string[] {
  const rest = new EventBuffer();
  const found: string[] = [];
  for (const piece of [...pieces, Buffer.from("\n\n")]) {
    const bytes = rest.join(piece);
    let from = 0;
    for (let end = rest.endOfEvent(bytes, from); end >= 0; end = rest.endOfEvent(bytes, from)) {
      const data = dataOf(bytes, from, end);
      if (data !== undefined) found.push(data);
      from = end;
    }
    rest.keep(bytes, from);
  }
  return found;
}

/** The same by the framing, which reads line by line. */
function framesOf(text: string): readonly string[] {
  const framing = new SseFraming(1024 * 1024);
  return [...framing.push(Buffer.from(text)), ...framing.end().frames].map(({ data }) => data.trim());
}

function pieces(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const sorted = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : sorted[index - 1], end));
}

test("property: events end at blank lines of any mixture of line ends, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(400), { maxLength: 8 }), (text, cuts) => {
      expect(cutBy(pieces(text, cuts))).toEqual(framesOf(text));
    }),
    { numRuns: 1000 },
  );
});

test("property: a large event's data is what a small one's is", () => {
  fc.assert(
    fc.property(stream, (text) => {
      const bytes = Buffer.from(`${text.replace(/[\r\n]+/g, (ends) => ends[0] ?? "")}data: 2\r\r`);
      const large = new EventData(bytes, 0, bytes.length);
      while (!large.step());
      expect(large.data.toString().trim().replace(/\n +/g, "\n").replace(/\n\n+/g, "\n")).toBe(
        dataOf(bytes, 0, bytes.length)?.replace(/\n\n+/g, "\n"),
      );
    }),
  );
});

test.each([
  ["LF", "data: 1\n\ndata: 2\n\n", ["1", "2"]],
  ["CRLF", "data: 1\r\n\r\ndata: 2\r\n\r\n", ["1", "2"]],
  ["CR", "data: 1\r\rdata: 2\r\r", ["1", "2"]],
  ["CR, then LF", "data: 1\r\rdata: 2\n\n", ["1", "2"]],
  ["LF, then CR", "data: 1\n\ndata: 2\r\r", ["1", "2"]],
  ["CRLF and a bare CR", "data: 1\r\n\rdata: 2\r\r", ["1", "2"]],
  ["CR within an event that ends with LF", "data: {\rdata: }\n\n", ["{\n}"]],
])("events of a stream that is at hand as one: %s", (_name, text, data) => {
  expect([...eventsOf(Buffer.from(text))]).toEqual(data);
});

test("an event whose lines end with CR alone is whole with its blank line, not with what follows", () => {
  const rest = new EventBuffer();
  expect(rest.endOfEvent(rest.join(Buffer.from("data: 1\r\r")), 0)).toBe(9);
});
