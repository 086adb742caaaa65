/** A text that two speakers know up to any place, and go on with in different words. */

const WORDS =
  "Once upon a time a königliche otter 👩‍🚀 went down the river to fetch seven letters , and nobody in the village had ever seen such a hurry . " +
  "The letters were written on birch bark with very small signs which only she could read .";

const CODE = ["\n\n", "```", "python", "\n", "def", " fetch", "(", "letters", ")", ":", "\n", "    ", "return", " [", "letter"];

/** All tokens of the first speaker: words, and at last the beginning of a block of code. */
export const TALE: readonly string[] = [...WORDS.split(" ").map((word, at) => (at === 0 ? word : ` ${word}`)), ...CODE];

const WHOLE = TALE.join("");
const BLOCK_BEGINS = WHOLE.indexOf("```python\n") + "```python\n".length;

export const taleUpTo = (tokens: number): string => TALE.slice(0, tokens).join("");

/** What the second speaker says of the matter, in no words of the first one's. */
const OTHERWISE = "so it ended quite differently: snow fell until morning came without any news.";
const OTHER_CODE = "\n    # differently\n    pass\n```\nThat is all.";

/**
 * How the second speaker goes on with a text: it ends the word, or the line of code, and goes its own way.
 * @param text the beginning of the tale; white space may lack at its end
 */
export function continuation(text: string): string {
  if (!WHOLE.startsWith(text)) throw new Error(`only the tale can be gone on with, but not ${JSON.stringify(text.slice(-40))}`);
  const rest = WHOLE.slice(text.length);
  if (text.length >= BLOCK_BEGINS) return (/^\s*[^\n]*/.exec(rest)?.[0] ?? "") + OTHER_CODE;
  if (text === "") return OTHERWISE;
  return `${/^\S*/.exec(rest)?.[0] ?? ""} ${OTHERWISE}`;
}

/** Where the last words of a text begin. */
function lastWords(text: string, count: number): number {
  const starts = [...text.matchAll(/(?<=^|\s)\S/gu)].map(({ index }) => index);
  return starts.at(-count) ?? 0;
}

/** What a second speaker may do with a text that it is to go on with. */
export const WAYS = {
  /** As it was told. */
  exact: continuation,
  /** It says the last words again. */
  overlap: (text: string) => text.slice(lastWords(text, 4)) + continuation(text),
  /** It begins anew. */
  anew: (text: string) => text + continuation(text),
  /** It breaks the line, and says the last words again. */
  line: (text: string) => `\n${text.slice(lastWords(text, 4))}${continuation(text)}`,
  /** It says the last word again. */
  word: (text: string) => text.slice(lastWords(text, 1)) + continuation(text),
  /** It opens its block of code again. */
  fence: (text: string) => `\`\`\`python\n${continuation(text)}`,
} as const;

export type Way = keyof typeof WAYS;

/** Pieces of a text as a provider sends them. */
export const piecesOf = (text: string): string[] => text.match(/\s*\S+|\s+/gu) ?? [];
