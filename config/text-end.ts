/**
 * A text without the given characters at its end. In linear time, which an expression such as `/0+$/` does not promise: it begins anew at every run
 * of zeros.
 */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
