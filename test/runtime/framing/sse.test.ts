import { dataOf, isErrorEvent } from "../../../runtime/framing/sse";
import { streamReader } from "../../support/openai-dialect";
import type { StreamReader } from "../../../runtime/codecs/stream-reader";

const read = (stream: string, cut = stream.length): { out: string; reader: StreamReader } => {
  const reader = streamReader({ withholdUsage: false, keepText: true, resume: undefined, maxEventBytes: 1024 * 1024 });
  const bytes = Buffer.from(stream);
  const parts = [reader.push(bytes.subarray(0, cut)), reader.push(bytes.subarray(cut)), reader.end()].map((part) => Buffer.from(part));
  return { out: Buffer.concat(parts).toString(), reader };
};

const event = (content: string): string =>
  `data: ${JSON.stringify({ id: "1", choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const STREAM = `: hello\n\n${event("a")}event: message\nid: 7\n${event("b")}retry: 10\n\n${event("c")}data: [DONE]\n\n`;

test.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR alone", "\r"],
])("lines that end with %s are read, wherever the network cuts", (_name, lineEnd) => {
  const stream = STREAM.replaceAll("\n", lineEnd);
  for (let cut = 0; cut <= stream.length; cut++) {
    const { out, reader } = read(stream, cut);
    expect(out).toBe(stream);
    expect(reader).toMatchObject({ ended: true, content: true, characters: 3, skipped: 0, failure: undefined });
  }
});

test("a byte order mark in front of the stream belongs to no field", () => {
  const { out, reader } = read(`\uFEFF${event("a")}data: [DONE]\n\n`);
  expect(out).toContain("[DONE]");
  expect(reader).toMatchObject({ ended: true, characters: 1 });
  const bytes = Buffer.from(`\uFEFFdata: x\n\n`);
  expect(dataOf(bytes, 0, bytes.length)).toBe("x");
});

test.each([
  ["event: error\ndata: x\n\n", true],
  ["id: 1\r\nevent:error\r\ndata: x\r\n\r\n", true],
  ["data: x\revent: error\r\r", true],
  ["event: errors\ndata: x\n\n", false],
  ["data: event: error\n\n", false],
])("%j is named error: %j", (text, named) => {
  const bytes = Buffer.from(`ab${text}`);
  expect(isErrorEvent(bytes, 2, bytes.length)).toBe(named);
});
