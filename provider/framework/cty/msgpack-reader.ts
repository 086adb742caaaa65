/** One msgpack item: a scalar, or the header of an array or map whose parts follow. */
export type MsgpackItem =
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: number | bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "binary"; readonly value: Buffer }
  | { readonly kind: "array" | "map"; readonly count: number }
  | { readonly kind: "extension"; readonly type: number; readonly payload: Buffer };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads msgpack item by item. Each read throws a RangeError where the bytes end early and a TypeError where they are no msgpack. */
export class MsgpackReader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether every byte was read. */
  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  private take(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.length) throw new RangeError("the encoded value ends early");
    this.at += count;
    return start;
  }

  private uint(size: 1 | 2 | 4): number {
    return this.bytes.readUIntBE(this.take(size), size);
  }

  private slice(count: number): Buffer {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }

  private text(size: number): MsgpackItem {
    const start = this.take(size);
    const value = this.bytes.toString("utf8", start, start + size);
    // Only a replacement character can hide broken bytes; the strict decoder, which is slower for short texts, tells.
    return { kind: "string", value: value.includes("\ufffd") ? utf8.decode(this.bytes.subarray(start, start + size)) : value };
  }

  /** An array or map cannot have more parts than there are bytes left: a forged count must not become a large allocation. */
  private collection(kind: "array" | "map", count: number): MsgpackItem {
    if (count > this.bytes.length - this.at) throw new RangeError("the encoded value ends early");
    return { kind, count };
  }

  private extension(size: number): MsgpackItem {
    const type = this.bytes.readInt8(this.take(1));
    return { kind: "extension", type, payload: this.slice(size) };
  }

  private wide(signed: boolean): MsgpackItem {
    const start = this.take(8);
    const value = signed ? this.bytes.readBigInt64BE(start) : this.bytes.readBigUInt64BE(start);
    const number = Number(value);
    return { kind: "int", value: Number.isSafeInteger(number) ? number : value };
  }

  read(): MsgpackItem {
    const code = this.uint(1);
    if (code < 0x80) return { kind: "int", value: code };
    if (code >= 0xe0) return { kind: "int", value: code - 0x100 };
    if (code < 0x90) return this.collection("map", code & 0x0f);
    if (code < 0xa0) return this.collection("array", code & 0x0f);
    if (code < 0xc0) return this.text(code & 0x1f);
    if (code >= 0xd4 && code <= 0xd8) return this.extension(1 << (code - 0xd4));
    return this.readLong(code);
  }

  private readLong(code: number): MsgpackItem {
    switch (code) {
      case 0xc0:
        return { kind: "nil" };
      case 0xc2:
      case 0xc3:
        return { kind: "bool", value: code === 0xc3 };
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return { kind: "binary", value: this.slice(this.uint((1 << (code - 0xc4)) as 1 | 2 | 4)) };
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.uint((1 << (code - 0xc7)) as 1 | 2 | 4));
      case 0xca:
        return { kind: "float", value: this.bytes.readFloatBE(this.take(4)) };
      case 0xcb:
        return { kind: "float", value: this.bytes.readDoubleBE(this.take(8)) };
      case 0xcc:
      case 0xcd:
      case 0xce:
        return { kind: "int", value: this.uint((1 << (code - 0xcc)) as 1 | 2 | 4) };
      case 0xcf:
        return this.wide(false);
      case 0xd0:
        return { kind: "int", value: this.bytes.readInt8(this.take(1)) };
      case 0xd1:
        return { kind: "int", value: this.bytes.readInt16BE(this.take(2)) };
      case 0xd2:
        return { kind: "int", value: this.bytes.readInt32BE(this.take(4)) };
      case 0xd3:
        return this.wide(true);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.uint((1 << (code - 0xd9)) as 1 | 2 | 4));
      case 0xdc:
      case 0xdd:
        return this.collection("array", this.uint(code === 0xdc ? 2 : 4));
      case 0xde:
      case 0xdf:
        return this.collection("map", this.uint(code === 0xde ? 2 : 4));
      default:
        throw new TypeError(`0x${code.toString(16)} begins no msgpack item`);
    }
  }
}
