import { BYTES } from "./text";

const { QUOTE, COMMA, COLON, BRACKET_OPEN, BRACE_OPEN, BACKSLASH } = BYTES;

/** Index of the quote that ends the string that begins at `start`; the text's length if there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Whether JSON text holds more than so many members and elements. A parser takes far longer for them than for as many bytes of one string: what comes from
 * outside and is large is asked this before it is parsed at once.
 */
export const holdsMoreValues = (text: string, limit: number): boolean => countValues(text, limit) > limit;

/** A value with longer digits, and more white space around it, counts as several, in characters outside of strings. */
const LONGEST_VALUE = 64;

/** How many members and elements JSON text holds; `limit + 1` if they are more, or are so long that looking at them would take as much time. */
export function countValues(text: string, limit: number): number {
  let count = 0;
  let left = (limit + 1) * LONGEST_VALUE;
  for (let at = 0; at < text.length; at++) {
    if (--left < 0) return limit + 1;
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if ((char === COMMA || char === COLON || char === BRACKET_OPEN || char === BRACE_OPEN) && ++count > limit) return count;
  }
  return count;
}
