/**
 * The one reader of client bodies: a single pass over the bytes that accepts exactly what `JSON.parse` accepts and notes where the members
 * of the top-level object lie. Reader and splicer both work from these spans, so they cannot disagree about what a body says.
 */

import { BYTES, TABLES, decodeKey, decodeText, plainEnd } from "./text";

const {
  QUOTE,
  PLUS,
  COMMA,
  MINUS,
  DOT,
  ZERO,
  NINE,
  COLON,
  BRACKET_OPEN,
  BACKSLASH,
  BRACKET_CLOSE,
  LETTER_E,
  LETTER_U,
  BRACE_OPEN,
  BRACE_CLOSE,
} = BYTES;
const { ESCAPES, HEX, TRUE, FALSE, NULL } = TABLES;

/** Arrays and objects may nest this deep; a deeper document is refused as `too-deep`. Far above what any model accepts. */
export const MAX_DEPTH = 20_000;

/** Most members that an object may have at the top level; far above what any API defines. */
export const MAX_MEMBERS = 10_000;

/** One member of the top-level object; offsets are bytes, ends are exclusive. */
export interface Member {
  /** The key as a JSON reader sees it: `"mod\u0065l"` is `model`. Empty for a key of more than 4 KiB, which no reader asks for. */
  readonly key: string;
  /** Offset of the key's opening quote. */
  readonly keyStart: number;
  /** Offset behind the key's closing quote. */
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** A body that is one valid JSON object. */
export interface ObjectScan {
  readonly ok: true;
  /** In the order of the document; a key that occurs twice is here twice. */
  readonly members: readonly Member[];
  /** Offset of the opening brace. */
  readonly open: number;
  /** Offset of the closing brace. */
  readonly close: number;
}

/** A body that cannot be used; `offset` is the byte at which that was known. */
export interface ScanFailure {
  readonly ok: false;
  /** `not-an-object` is a valid document of another type; `empty` has nothing but white space. */
  readonly reason: "empty" | "invalid" | "not-an-object" | "too-deep" | "too-many-members";
  readonly offset: number;
}

export type ScanResult = ObjectScan | ScanFailure;

/** Marks a value that nests too deep; other failures are `~offset`, which is never as small. */
const TOO_DEEP = Number.MIN_SAFE_INTEGER;
/** The closing byte of each open array and object. One for all, as a scan never yields. */
const closers = new Uint8Array(MAX_DEPTH);

/**
 * Reads a body. Accepts what `JSON.parse(body.toString("utf8"))` accepts and yields an object for (up to MAX_DEPTH): a byte order mark
 * is refused, an invalid UTF-8 sequence inside a string is not.
 */
export function scanObject(body: Buffer): ScanResult {
  const end = body.length;
  const open = skipSpace(body, 0, end);
  if (open === end) return { ok: false, reason: "empty", offset: open };
  if (body[open] !== BRACE_OPEN) return scanOther(body, open, end);

  const members: Member[] = [];
  let at = skipSpace(body, open + 1, end);
  let close = at;
  if (byteAt(body, at, end) !== BRACE_CLOSE) {
    for (;;) {
      const keyStart = at;
      const keyEnd = stringEnd(body, keyStart, end);
      if (keyEnd < 0) return invalid(keyEnd);
      if (members.length === MAX_MEMBERS) return { ok: false, reason: "too-many-members", offset: keyStart };
      const valueStart = behindColon(body, keyEnd, end);
      if (valueStart < 0) return invalid(valueStart);
      const valueEnd = endOfValue(body, valueStart, end);
      if (valueEnd === TOO_DEEP) return { ok: false, reason: "too-deep", offset: valueStart };
      if (valueEnd < 0) return invalid(valueEnd);
      members.push({ key: decodeKey(body, keyStart + 1, keyEnd - 1), keyStart, keyEnd, valueStart, valueEnd });
      close = skipSpace(body, valueEnd, end);
      const byte = byteAt(body, close, end);
      if (byte === BRACE_CLOSE) break;
      if (byte !== COMMA) return invalid(~close);
      at = skipSpace(body, close + 1, end);
    }
  }
  at = skipSpace(body, close + 1, end);
  return at === end ? { ok: true, members, open, close } : invalid(~at);
}

/** A document that does not begin with a brace: valid JSON of another type, or no JSON. */
function scanOther(body: Buffer, start: number, end: number): ScanFailure {
  const valueEnd = endOfValue(body, start, end);
  if (valueEnd === TOO_DEEP) return { ok: false, reason: "too-deep", offset: start };
  if (valueEnd < 0) return invalid(valueEnd);
  const rest = skipSpace(body, valueEnd, end);
  return rest === end ? { ok: false, reason: "not-an-object", offset: start } : invalid(~rest);
}

function invalid(failure: number): ScanFailure {
  return { ok: false, reason: "invalid", offset: ~failure };
}

/** The byte, or 0 (which is valid nowhere in JSON) behind the end: an out-of-range read would make every later read slower. */
function byteAt(body: Buffer, at: number, end: number): number {
  return at < end ? (body[at] as number) : 0;
}

function skipSpace(body: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = body[at] as number;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
    at++;
  }
  return at;
}

/** Walks one value without recursion. Returns the offset behind it, `~offset` of what is wrong, or TOO_DEEP. */
function endOfValue(body: Buffer, start: number, end: number): number {
  let at = start;
  let depth = 0;
  for (;;) {
    const first = byteAt(body, at, end);
    if (first === QUOTE) {
      at = stringEnd(body, at, end);
      if (at < 0) return at;
    } else if (first === BRACE_OPEN || first === BRACKET_OPEN) {
      // The top-level object is one level itself.
      if (depth >= MAX_DEPTH - 1) return TOO_DEEP;
      const closer = first === BRACE_OPEN ? BRACE_CLOSE : BRACKET_CLOSE;
      at = skipSpace(body, at + 1, end);
      if (byteAt(body, at, end) === closer) {
        at++;
      } else {
        closers[depth++] = closer;
        if (closer === BRACE_CLOSE) at = behindKey(body, at, end);
        if (at < 0) return at;
        continue;
      }
    } else {
      at = scalarEnd(body, at, end, first);
      if (at < 0) return at;
    }

    let another = false;
    while (depth > 0 && !another) {
      at = skipSpace(body, at, end);
      const byte = byteAt(body, at, end);
      const closer = closers[depth - 1] as number;
      if (byte === closer) {
        depth--;
        at++;
      } else if (byte === COMMA) {
        at = skipSpace(body, at + 1, end);
        if (closer === BRACE_CLOSE) at = behindKey(body, at, end);
        if (at < 0) return at;
        another = true;
      } else {
        return ~at;
      }
    }
    if (!another) return at;
  }
}

/** From a key's opening quote to the first byte of its value. */
function behindKey(body: Buffer, at: number, end: number): number {
  const keyEnd = stringEnd(body, at, end);
  return keyEnd < 0 ? keyEnd : behindColon(body, keyEnd, end);
}

function behindColon(body: Buffer, from: number, end: number): number {
  const at = skipSpace(body, from, end);
  return byteAt(body, at, end) === COLON ? skipSpace(body, at + 1, end) : ~at;
}

function stringEnd(body: Buffer, start: number, end: number): number {
  if (byteAt(body, start, end) !== QUOTE) return ~start;
  let at = start + 1;
  for (;;) {
    at = plainEnd(body, at, end);
    const byte = byteAt(body, at, end);
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return ~at;
    const escape = byteAt(body, at + 1, end);
    if (escape === LETTER_U) {
      for (let digit = at + 2; digit < at + 6; digit++) if (HEX[byteAt(body, digit, end)] === 0) return ~digit;
      at += 6;
    } else if (ESCAPES[escape] === 1) {
      at += 2;
    } else {
      return ~(at + 1);
    }
  }
}

function scalarEnd(body: Buffer, at: number, end: number, first: number): number {
  if (first === MINUS || (first >= ZERO && first <= NINE)) return numberEnd(body, at, end);
  const word = first === TRUE[0] ? TRUE : first === FALSE[0] ? FALSE : first === NULL[0] ? NULL : undefined;
  if (word === undefined) return ~at;
  for (let index = 1; index < word.length; index++) if (byteAt(body, at + index, end) !== word[index]) return ~(at + index);
  return at + word.length;
}

function numberEnd(body: Buffer, start: number, end: number): number {
  let at = body[start] === MINUS ? start + 1 : start;
  at = byteAt(body, at, end) === ZERO ? at + 1 : digitsEnd(body, at, end);
  if (at >= 0 && byteAt(body, at, end) === DOT) at = digitsEnd(body, at + 1, end);
  if (at >= 0 && (byteAt(body, at, end) | 0x20) === LETTER_E) {
    const sign = byteAt(body, at + 1, end);
    at = digitsEnd(body, sign === PLUS || sign === MINUS ? at + 2 : at + 1, end);
  }
  return at;
}

/** Behind a run of at least one digit. */
function digitsEnd(body: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (body[at] as number) >= ZERO && (body[at] as number) <= NINE) at++;
  return at === start ? ~at : at;
}

/** The last member of that key, which is the one `JSON.parse` keeps; undefined where there is none. */
export function findMember(scan: ObjectScan, key: string): Member | undefined {
  const { members } = scan;
  for (let index = members.length - 1; index >= 0; index--) {
    const member = members[index] as Member;
    if (member.key === key) return member;
  }
  return undefined;
}

/** The first of `keys` that occurs more than once at the top level; undefined where each occurs at most once. */
export function duplicated(scan: ObjectScan, keys: ReadonlySet<string>): string | undefined {
  const { members } = scan;
  let seen: string[] | undefined;
  let twice: Set<string> | undefined;
  for (const { key } of members) {
    if (!keys.has(key)) continue;
    // at most as many as there are keys to ask for
    if (seen === undefined) seen = [key];
    else if (!seen.includes(key)) seen.push(key);
    else (twice ??= new Set()).add(key);
  }
  if (twice === undefined) return undefined;
  for (const key of keys) if (twice.has(key)) return key;
  return undefined;
}

/** The member's value as JSON text, exactly as sent. */
export function memberText(body: Buffer, member: Member): string {
  return body.toString("utf8", member.valueStart, member.valueEnd);
}

/** The member's value, parsed. Never throws for a member of a successful scan of the same body. */
export function parseMember(body: Buffer, member: Member): unknown {
  const { valueStart, valueEnd } = member;
  // most members asked for are short names, and the same ones as ever
  if (body[valueStart] === QUOTE && valueEnd - valueStart <= SHORT_TEXT) return decodeText(body, valueStart + 1, valueEnd - 1);
  return JSON.parse(memberText(body, member));
}

/** Texts up to this many bytes are read like keys. */
const SHORT_TEXT = 64;
