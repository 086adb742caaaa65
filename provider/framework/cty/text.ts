/**
 * Compares by code points, which is the order of the UTF-8 bytes that Go sorts by. JavaScript's own order is that of UTF-16 units and
 * differs above U+FFFF.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) {
      const leftIsSurrogate = left >= 0xd800 && left <= 0xdfff;
      const rightIsSurrogate = right >= 0xd800 && right <= 0xdfff;
      if (leftIsSurrogate !== rightIsSurrogate) return leftIsSurrogate ? 1 : -1;
      return left - right;
    }
  }
  return a.length - b.length;
}
