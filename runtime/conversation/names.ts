/** Names that a provider gives to its answers. They come back with every event of a stream, so that one without a limit would be sent a thousandfold. */

/** A model's name or an id longer than this is none, in characters. */
const LONGEST_NAME = 256;

/** A copy that does not keep the text that it was cut from. */
export const cut = (text: string, length: number): string => Buffer.from(text.slice(0, length)).toString();

/** A model's name, cut off if it is longer than any; undefined if the value is none. */
export function modelOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return value.length <= LONGEST_NAME ? value : cut(value, LONGEST_NAME);
}

/** An answer's id; undefined if the value is none. */
export const idOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && value.length <= LONGEST_NAME ? value : undefined;
