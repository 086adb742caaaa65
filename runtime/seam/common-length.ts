/** How many characters at the beginning of `piece` are those of `text` from `from` on. */
export function commonLength(text: string, from: number, piece: string): number {
  const longest = Math.min(piece.length, text.length - from);
  let length = 0;
  while (length < longest && piece.charCodeAt(length) === text.charCodeAt(from + length)) length++;
  return length;
}
