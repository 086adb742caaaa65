/** Headers as the HTTP client has them: names and values in turn, names in any case. */

/**
 * Index of the first header of a name; -1 if there is none. Its value stands behind it.
 * @param name in lower case
 */
export function indexOfHeader(headers: readonly string[], name: string): number {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() === name) return index;
  }
  return -1;
}

/** @param name in lower case */
export const hasHeader = (headers: readonly string[], name: string): boolean => indexOfHeader(headers, name) >= 0;

/**
 * Value of the first header of a name; undefined if there is none.
 * @param name in lower case
 */
export function valueOfHeader(headers: readonly string[], name: string): string | undefined {
  const index = indexOfHeader(headers, name);
  return index < 0 ? undefined : headers[index + 1];
}

/**
 * Puts a header in place of those of its name.
 * @param name in lower case
 */
export function setHeader(headers: string[], name: string, value: string): void {
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (headers[index]?.toLowerCase() === name) headers.splice(index, 2);
  }
  headers.push(name, value);
}
