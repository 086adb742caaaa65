/** JSON's bytes and strings, for all readers of this folder. */

/** Bytes that mean something to JSON. Readers take them into constants of their own, which are faster than an import in each step. */
export const BYTES = {
  QUOTE: 0x22,
  PLUS: 0x2b,
  COMMA: 0x2c,
  MINUS: 0x2d,
  DOT: 0x2e,
  ZERO: 0x30,
  NINE: 0x39,
  COLON: 0x3a,
  BRACKET_OPEN: 0x5b,
  BACKSLASH: 0x5c,
  BRACKET_CLOSE: 0x5d,
  LETTER_E: 0x65,
  LETTER_U: 0x75,
  BRACE_OPEN: 0x7b,
  BRACE_CLOSE: 0x7d,
} as const;

const { QUOTE, BACKSLASH } = BYTES;

/** 1 for every byte that ends a run of plain bytes inside a string: control characters, the quote, the backslash. */
const STOPS = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 1 : 0));

/** Classes of bytes, and the three words of JSON. */
export const TABLES = {
  /** 1 for every byte that may follow a backslash, `u` apart. */
  ESCAPES: Uint8Array.from({ length: 256 }, (_, byte) => ('"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0)),
  /** 1 for every hexadecimal digit. */
  HEX: Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0)),
  TRUE: Buffer.from("true"),
  FALSE: Buffer.from("false"),
  NULL: Buffer.from("null"),
} as const;

/** Behind a run of plain string bytes; eight at a time, as prompts are nearly all of a body. */
export function plainEnd(body: Buffer, start: number, end: number): number {
  let at = start;
  const whole = end - 8;
  while (at <= whole) {
    const stops =
      (STOPS[body[at] as number] as number) |
      (STOPS[body[at + 1] as number] as number) |
      (STOPS[body[at + 2] as number] as number) |
      (STOPS[body[at + 3] as number] as number) |
      (STOPS[body[at + 4] as number] as number) |
      (STOPS[body[at + 5] as number] as number) |
      (STOPS[body[at + 6] as number] as number) |
      (STOPS[body[at + 7] as number] as number);
    if (stops !== 0) break;
    at += 8;
  }
  while (at < end && STOPS[body[at] as number] === 0) at++;
  return at;
}

const LONGEST_KNOWN_TEXT = 32;
/** Keys and short values seen before, by hash: making a string out of bytes costs more than the scan of a short member, and clients send the same ones. */
const knownTexts: string[] = new Array<string>(256).fill("");

/** The text between two quotes as a JSON reader sees it; the string must be valid. */
export function decodeText(body: Buffer, start: number, end: number): string {
  let hash = end - start;
  let plain = hash <= LONGEST_KNOWN_TEXT;
  for (let at = start; at < end; at++) {
    const byte = body[at] as number;
    if (byte === BACKSLASH) return JSON.parse(body.toString("utf8", start - 1, end + 1)) as string;
    if (byte >= 0x80) plain = false;
    hash = (hash * 31 + byte) | 0;
  }
  if (!plain) return body.toString("utf8", start, end);
  const known = knownTexts[hash & 0xff] as string;
  if (isSpelled(known, body, start, end)) return known;
  const text = body.toString("latin1", start, end);
  knownTexts[hash & 0xff] = text;
  return text;
}

function isSpelled(text: string, body: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== body[start + index]) return false;
  return true;
}

/** A key longer than this is none that any API defines, in bytes as it is spelled. */
const LONGEST_KEY = 4096;

/** A key between its quotes, as `decodeText`; empty where it is longer than any key that a reader asks for. */
export function decodeKey(body: Buffer, start: number, end: number): string {
  return end - start > LONGEST_KEY ? "" : decodeText(body, start, end);
}
