/** Numbers of one vector at most, if it is written anew; models give up to some thousand. */
const MAX_DIMENSIONS = 16_384;

const BYTES_A_NUMBER = 4;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Collects the numbers of one vector after the other, and writes them as base64 of 32-bit floats, little-endian. */
export class VectorPacker {
  private bytes = Buffer.allocUnsafe(2048 * BYTES_A_NUMBER);
  private length = 0;

  /** @returns what is wrong, as the end of a sentence that begins with "the answer"; undefined if nothing is */
  add(number: number): string | undefined {
    if (!Number.isFinite(Math.fround(number))) return "holds a number that no 32-bit float can be";
    const at = this.length;
    if (at === MAX_DIMENSIONS * BYTES_A_NUMBER) return `holds a vector of more than ${MAX_DIMENSIONS} numbers`;
    if (at === this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.allocUnsafe(at)]);
    this.length = this.bytes.writeFloatLE(number, at);
    return undefined;
  }

  /** The vector as JSON text, and begins anew. */
  take(): string {
    const text = `"${this.bytes.toString("base64", 0, this.length)}"`;
    this.length = 0;
    return text;
  }
}

/** A vector that came as base64, as a list of numbers in JSON; undefined if it is none. */
export function unpacked(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  const { length } = bytes;
  if (length === 0 || length % BYTES_A_NUMBER !== 0 || length > MAX_DIMENSIONS * BYTES_A_NUMBER) return undefined;
  const numbers: string[] = [];
  for (let at = 0; at < length; at += BYTES_A_NUMBER) {
    const number = bytes.readFloatLE(at);
    if (!Number.isFinite(number)) return undefined;
    // nine digits are enough to tell every 32-bit float from all others
    numbers.push(String(Number(number.toPrecision(9))));
  }
  return `[${numbers.join()}]`;
}

/** Longest text of a vector that is unpacked, in characters. */
export const LONGEST_PACKED = Math.ceil((MAX_DIMENSIONS * BYTES_A_NUMBER) / 3) * 4;
