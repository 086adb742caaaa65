/**
 * A URL; undefined if the text is not one. `URL.canParse` will not do: in Node 20 it denies every URL with letters such as `ü` once it has been called a few
 * thousand times.
 */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
