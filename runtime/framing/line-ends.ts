import { NextByte } from "./next-byte";

const LF = 0x0a;
const CR = 0x0d;

/** Index behind the blank line that ends an event, looked for from `from` on; -1 if it is not there yet. For bytes without CR. */
export function endOfLfEvent(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(LF, from);
  while (at >= 0) {
    if (bytes[at + 1] === LF) return at + 2;
    at = bytes.indexOf(LF, at + 1);
  }
  return -1;
}

/** Bytes at the end of what was searched that may be the beginning of a blank line: two line ends, of two bytes each. */
export const BLANK_LINE_BEGINS = 3;

/** The line ends of bytes that hold LF, CR or CRLF in any mixture. Source: WHATWG HTML, "Server-sent events". */
export class LineEnds {
  private readonly lf = new NextByte(LF);
  private readonly cr = new NextByte(CR);

  constructor(private readonly bytes: Buffer) {}

  /** Index of the LF or CR that ends the line that begins at `from`; the bytes' length if there is none. To be asked in rising order. */
  find(from: number): number {
    return Math.min(this.lf.find(this.bytes, from), this.cr.find(this.bytes, from));
  }

  /** Index behind the line end that begins at `end`. */
  behind(end: number): number {
    return this.bytes[end] === CR && this.bytes[end + 1] === LF ? end + 2 : end + 1;
  }

  /** Index behind the blank line that ends an event, looked for from `from` on; -1 if it is not there yet. */
  endOfEvent(from: number): number {
    const { bytes } = this;
    for (let end = this.find(from); end < bytes.length;) {
      const next = this.behind(end);
      const byte = bytes[next];
      if (byte === LF) return next + 1;
      if (byte === CR) {
        if (bytes[next + 1] === LF) return next + 2;
        // the LF of a CRLF may still come, unless the line before ended with CR alone
        if (next + 1 < bytes.length || (bytes[end] === CR && next === end + 1)) return next + 1;
        return -1;
      }
      end = this.find(next);
    }
    return -1;
  }
}
