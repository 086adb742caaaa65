/** The elements of an array one by one, without a parse of those that nobody asks for. */
import { BYTES } from "./text";

const { QUOTE, COMMA, BACKSLASH, BRACKET_OPEN, BRACKET_CLOSE, BRACE_OPEN, BRACE_CLOSE } = BYTES;

/** Where an element's JSON text lies, white space around it included; offsets are bytes, the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The elements from the first to the last; what lies behind the last one that is asked for is not looked at. See {@link lastElements}. */
export function* firstElements(body: Buffer, array: Span): Generator<Span, void> {
  let start = array.start + 1;
  let depth = 0;
  for (let at = start; at < array.end; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = closingQuote(body, at);
    else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth++;
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) depth--;
    if (depth < 0 || (depth === 0 && byte === COMMA)) {
      yield { start, end: at };
      start = at + 1;
    }
  }
}

/**
 * The elements of an array from its last to its first; what lies before the last one that is asked for is not looked at.
 * @param array of a body that is valid JSON, from the opening to behind the closing bracket; an empty array has one element, of white space
 */
export function* lastElements(body: Buffer, array: Span): Generator<Span, void> {
  let end = array.end - 1;
  let depth = 0;
  for (let at = end - 1; at >= array.start; at--) {
    const byte = body[at];
    if (byte === QUOTE) at = openingQuote(body, at);
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) depth++;
    else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth--;
    if (depth < 0 || (depth === 0 && byte === COMMA)) {
      yield { start: at + 1, end };
      end = at;
    }
  }
}

function closingQuote(body: Buffer, opening: number): number {
  let at = body.indexOf(QUOTE, opening + 1);
  while (isEscaped(body, at)) at = body.indexOf(QUOTE, at + 1);
  return at;
}

function openingQuote(body: Buffer, closing: number): number {
  let at = body.lastIndexOf(QUOTE, closing - 1);
  while (isEscaped(body, at)) at = body.lastIndexOf(QUOTE, at - 1);
  return at;
}

/** Whether a quote follows an odd number of backslashes, which stand in strings alone. */
function isEscaped(body: Buffer, quote: number): boolean {
  let at = quote;
  while (body[at - 1] === BACKSLASH) at--;
  return (quote - at) % 2 === 1;
}
