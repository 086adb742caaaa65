/** What a body turns out to be by its first bytes, whatever its type says. */

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const BRACE_OPEN = 0x7b;
const BRACKET_OPEN = 0x5b;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** Fields of server-sent events. Source: WHATWG HTML, "Server-sent events". */
const FIELDS = ["data", "event", "id", "retry"].map((name) => Buffer.from(name));

/** Server-sent events; JSON, be it one value or several; or anything else. */
export type Form = "events" | "json" | "other";

/** What begins with more white space than this is not looked at any longer: its type decides, in bytes. */
export const MAX_BLANK = 1024;

/** How many bytes of a byte order mark stand at the front: all three, or none. */
export const markLength = (bytes: Buffer): number =>
  bytes[0] === BYTE_ORDER_MARK[0] && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;

/** What a body is; undefined if it takes more bytes to tell. */
export function formOf(bytes: Buffer): Form | undefined {
  const mark = markLength(bytes);
  if (mark === 0 && bytes.length < BYTE_ORDER_MARK.length && isBeginning(bytes, 0, BYTE_ORDER_MARK)) return undefined;
  let at = mark;
  while (isSpace(bytes[at])) at++;
  switch (bytes[at]) {
    case undefined:
      return undefined;
    case COLON:
      return "events";
    case BRACE_OPEN:
    case BRACKET_OPEN:
      return "json";
    default:
      return fieldAt(bytes, at);
  }
}

const isSpace = (byte: number | undefined): boolean => byte === LF || byte === CR || byte === SPACE || byte === TAB;

/** Whether what stands at `from` is a part of `word`, or begins with it. */
function isBeginning(bytes: Buffer, from: number, word: Buffer): boolean {
  const end = Math.min(bytes.length, from + word.length);
  return word.compare(bytes, from, end, 0, end - from) === 0;
}

/** Whether `data:` stands at `at`, with which nearly all streams begin. */
const isData = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0x64 && bytes[at + 1] === 0x61 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x61 && bytes[at + 4] === COLON;

function fieldAt(bytes: Buffer, at: number): Form | undefined {
  if (isData(bytes, at)) return "events";
  const field = FIELDS.find((name) => isBeginning(bytes, at, name));
  if (field === undefined) return "other";
  const behind = bytes[at + field.length];
  if (behind === undefined) return undefined;
  return behind === COLON || behind === LF || behind === CR ? "events" : "other";
}
