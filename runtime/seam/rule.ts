/** What counts as a repetition where an answer goes on with a text (docs/behaviour.md "Streams that break"). What may be meant stays. */
import { repeatsItself } from "./overlap";

/** A repetition of this length is none by chance, if it says something: "}\n}" may come twice. In characters; those of Chinese, Japanese and Korean count twice. */
const LEAST_LENGTH = 8;
const LEAST_LETTERS = 4;

/** A whole word of this length is not said twice but for emphasis, as shorter ones are: "had had", "very very". In letters and digits. */
const LEAST_WORD = 5;
/** The same of a name with letters and digits: "t39", "item7". */
const LEAST_NAME = 3;

/** A beginning of a word that is shorter than this may be followed by a word that begins with it, in letters. */
const LEAST_PART = 3;
/** No word is longer. */
const LONGEST_WORD = 64;

/** Longer repetitions are never chance, so that they are not looked at again. */
const LONG = 8192;

const WORD = /^[\p{L}\p{N}\p{M}_]$/u;
const LETTER = /^[\p{L}]$/u;
const DIGIT = /^[\p{N}]$/u;

const isWord = (character: string | undefined): boolean => character !== undefined && WORD.test(character);

/** From here on scripts without spaces between words begin. */
const WIDE = 0x2e80;

/** Whether a text is too long, and says too much, to be the same by chance. */
function saysEnough(text: string): boolean {
  let length = 0;
  let letters = 0;
  for (const character of text) {
    const size = (character.codePointAt(0) ?? 0) >= WIDE ? 2 : 1;
    length += size;
    if (isWord(character)) letters += size;
    if (length >= LEAST_LENGTH && letters >= LEAST_LETTERS) return true;
  }
  return false;
}

/**
 * Whether an answer repeats the end of a text, or all of it.
 * @param length how much of the text's end the answer begins with
 */
export function isRepetition(text: string, answer: string, length: number): boolean {
  if (length === 0) return false;
  if (length > LONG) return true;
  const same = answer.slice(0, length);
  if (repeatsItself(same) || text.endsWith(same, text.length - length)) return false;
  if (saysEnough(same)) return true;
  const endsWord = !isWord(same.at(-1)) || !isWord(answer[length]);
  const beginsWord = !isWord(text[text.length - length - 1]) || !isWord(same[0]);
  // a model that is to go on with "I" and says "I think" begins anew
  return endsWord && beginsWord && (length === text.length ? hasLetter(same) : isLongWord(same));
}

function hasLetter(text: string): boolean {
  for (const character of text) if (LETTER.test(character)) return true;
  return false;
}

function isLongWord(text: string): boolean {
  let length = 0;
  let digits = 0;
  for (const character of text) {
    if (isWord(character)) length++;
    if (DIGIT.test(character)) digits++;
  }
  return digits === 0 ? length >= LEAST_WORD : digits < length && length >= LEAST_NAME;
}

/** Whether a whole answer, which a text begins with, is nothing but that beginning once more. */
export const isBeginningAgain = (answer: string): boolean => answer.length > LONG || (saysEnough(answer) && !repeatsItself(answer));

/**
 * Length of the beginning of a word at a text's end that an answer begins with as well, and completes: "… in the mid" and "middle of"; 0 if there is none.
 * Numbers are left alone.
 */
export function repeatedPart(text: string, answer: string): number {
  let start = text.length;
  let letters = 0;
  while (start > 0 && text.length - start <= LONGEST_WORD && isWord(text[start - 1])) {
    start--;
    if (LETTER.test(text[start] ?? "")) letters++;
  }
  const part = text.slice(start);
  const isPart = letters >= LEAST_PART && part.length <= LONGEST_WORD && !repeatsItself(part);
  return isPart && answer.startsWith(part) && isWord(answer[part.length]) ? part.length : 0;
}

/** White space at the beginning of an answer, without what the text ends with already: a space behind a word, and lines behind an empty one. */
export function withoutDoubled(text: string, spaces: string): string {
  const before = text.slice(text.trimEnd().length);
  const line = before.indexOf("\n");
  if (line < 0) return before !== "" && spaces.startsWith(before) ? spaces.slice(before.length) : spaces;
  if (!before.includes("\n", line + 1)) return spaces;
  let at = 0;
  while (spaces[at] === "\n" || spaces[at] === "\r") at++;
  return spaces.slice(at);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/**
 * What is new of a text behind the first half of a character that the client has.
 * @param half empty if there is none
 */
export const behindHalf = (half: string, added: string): string =>
  half !== "" && added.startsWith(half) ? added.slice(half.length) : added;

/** A text without the first half of a character at its end: it cannot be sent. */
export const withoutHalf = (text: string): string =>
  text !== "" && isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
