/** Writes msgpack in the shortest forms, which are those of Go's encoder. */
export class MsgpackWriter {
  private buffer = Buffer.allocUnsafe(256);
  private length = 0;

  private reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, start);
      this.buffer = grown;
    }
    return start;
  }

  private byte(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  private sized(code: number, size: 1 | 2 | 4, value: number): void {
    const at = this.reserve(1 + size);
    this.buffer[at] = code;
    this.buffer.writeUIntBE(value, at + 1, size);
  }

  /** Bytes that are msgpack already. */
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  nil(): void {
    this.byte(0xc0);
  }

  bool(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2);
  }

  /** An integer of at most 64 bits with sign. */
  int(value: number | bigint): void {
    if (value >= -32 && value < 128) {
      this.byte(Number(value) & 0xff);
      return;
    }
    if (value >= 0 && value <= 0xff) {
      this.sized(0xcc, 1, Number(value));
      return;
    }
    if (value >= 0 && value <= 0xffff) {
      this.sized(0xcd, 2, Number(value));
      return;
    }
    if (value >= 0 && value <= 0xffffffff) {
      this.sized(0xce, 4, Number(value));
      return;
    }
    if (value >= 0) {
      const at = this.reserve(9);
      this.buffer[at] = 0xcf;
      this.buffer.writeBigUInt64BE(BigInt(value), at + 1);
      return;
    }
    if (value >= -0x80) {
      this.sized(0xd0, 1, Number(value) & 0xff);
      return;
    }
    if (value >= -0x8000) {
      this.sized(0xd1, 2, Number(value) & 0xffff);
      return;
    }
    if (value >= -0x80000000) {
      this.sized(0xd2, 4, Number(value) >>> 0);
      return;
    }
    const at = this.reserve(9);
    this.buffer[at] = 0xd3;
    this.buffer.writeBigInt64BE(BigInt(value), at + 1);
  }

  float(value: number): void {
    const at = this.reserve(9);
    this.buffer[at] = 0xcb;
    this.buffer.writeDoubleBE(value, at + 1);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value, "utf8");
    if (size < 32) this.byte(0xa0 | size);
    else if (size <= 0xff) this.sized(0xd9, 1, size);
    else if (size <= 0xffff) this.sized(0xda, 2, size);
    else this.sized(0xdb, 4, size);
    const at = this.reserve(size);
    this.buffer.write(value, at, size, "utf8");
  }

  binary(value: Uint8Array): void {
    if (value.length <= 0xff) this.sized(0xc4, 1, value.length);
    else if (value.length <= 0xffff) this.sized(0xc5, 2, value.length);
    else this.sized(0xc6, 4, value.length);
    this.raw(value);
  }

  arrayHeader(count: number): void {
    if (count < 16) this.byte(0x90 | count);
    else if (count <= 0xffff) this.sized(0xdc, 2, count);
    else this.sized(0xdd, 4, count);
  }

  mapHeader(count: number): void {
    if (count < 16) this.byte(0x80 | count);
    else if (count <= 0xffff) this.sized(0xde, 2, count);
    else this.sized(0xdf, 4, count);
  }

  extension(type: number, payload: Uint8Array): void {
    const fixed = [1, 2, 4, 8, 16].indexOf(payload.length);
    if (fixed >= 0) this.byte(0xd4 + fixed);
    else if (payload.length <= 0xff) this.sized(0xc7, 1, payload.length);
    else this.sized(0xc8, 2, payload.length);
    this.byte(type);
    this.raw(payload);
  }

  /** The bytes written so far, copied. */
  finish(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }
}
