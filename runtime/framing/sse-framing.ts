import { CollectedBytes } from "../bytes/collected-bytes";
import type { Frame } from "./frame";
import type { Framing, FramingEnd } from "./framing";
import { NextByte } from "./next-byte";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const NO_FRAMES: readonly Frame[] = [];
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");
const DATA = Buffer.from("data");
const EVENT = Buffer.from("event");

/** Frames, and lines of any kind, that are read in one go: a millisecond or two. */
const FRAMES_AT_ONCE = 384;
const LINES_AT_ONCE = 4096;

/** Server-sent events as frames. Source: WHATWG HTML, "Server-sent events". `id` and `retry` are not needed, and ignored as comments are. */
export class SseFraming implements Framing {
  more = false;
  problem: string | undefined;

  /** Bytes that have not been read: the beginning of a line, or whole lines if there are `more`. */
  private readonly kept = new CollectedBytes();
  private readonly lf = new NextByte(LF);
  private readonly cr = new NextByte(CR);
  private atStart = true;
  /** The last line ended with CR, so that an LF that comes next belongs to it. */
  private afterCr = false;
  private event: string | undefined;
  private data: string | undefined;
  /** Bytes of the lines that `event` and `data` hold. */
  private size = 0;

  /** @param maxFrameBytes a frame that is longer is a `problem` */
  constructor(private readonly maxFrameBytes: number) {}

  push(chunk: Buffer): readonly Frame[] {
    if (this.problem !== undefined) return NO_FRAMES;
    const bytes = this.join(chunk);
    let frames: Frame[] | undefined;
    let left = LINES_AT_ONCE;
    let at = this.start(bytes);
    this.more = false;
    for (let end = this.endOfLine(bytes, at); end < bytes.length; end = this.endOfLine(bytes, at)) {
      if (left-- === 0 || frames?.length === FRAMES_AT_ONCE) {
        this.more = true;
        break;
      }
      if (this.isTooLong(end - at)) break;
      const frame = this.line(bytes, at, end);
      if (frame !== undefined) (frames ??= []).push(frame);
      at = this.behind(bytes, end);
    }
    this.keep(bytes, at);
    if (!this.more && this.isTooLong(this.kept.length)) this.stop();
    return frames ?? NO_FRAMES;
  }

  end(): FramingEnd {
    if (this.problem !== undefined) return { frames: NO_FRAMES, verdict: "corrupt" };
    const rest = this.kept.take();
    if (rest.length > 0) this.line(rest, 0, rest.length);
    // by the letter of the format an event without its blank line is none, but some providers leave it out at the end
    const frame = this.dispatch();
    return { frames: frame === undefined ? NO_FRAMES : [frame], verdict: rest.length > 0 ? "cut" : "clean" };
  }

  /** Whether a line, or the beginning of one, makes the frame too long. Comments count as well, since they are kept until their line is whole. */
  private isTooLong(length: number): boolean {
    return this.size + length > this.maxFrameBytes;
  }

  private join(chunk: Buffer): Buffer {
    if (this.kept.length === 0) return chunk;
    if (chunk.length > 0) this.kept.add(chunk);
    return this.kept.view();
  }

  /** Where the first line begins: behind a byte order mark, and behind an LF whose CR has been read. */
  private start(bytes: Buffer): number {
    if (this.atStart) {
      if (bytes.length < BYTE_ORDER_MARK.length && BYTE_ORDER_MARK.subarray(0, bytes.length).equals(bytes)) return 0;
      this.atStart = false;
      return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    }
    if (!this.afterCr || bytes.length === 0) return 0;
    this.afterCr = false;
    return bytes[0] === LF ? 1 : 0;
  }

  /** Index of the LF or CR that ends the line that begins at `from`; the bytes' length if the line is not whole. */
  private endOfLine(bytes: Buffer, from: number): number {
    return Math.min(this.lf.find(bytes, from), this.cr.find(bytes, from));
  }

  /** Index behind the end of the line that begins at `end`. */
  private behind(bytes: Buffer, end: number): number {
    if (bytes[end] === LF) return end + 1;
    if (end + 1 === bytes.length) {
      this.afterCr = true;
      return end + 1;
    }
    return bytes[end + 1] === LF ? end + 2 : end + 1;
  }

  private keep(bytes: Buffer, from: number): void {
    this.lf.shift(from);
    this.cr.shift(from);
    if (from === 0 && this.kept.length === bytes.length) return;
    this.kept.clear();
    if (from < bytes.length) this.kept.add(bytes.subarray(from));
  }

  /** Takes one line; an empty one ends the frame. */
  private line(bytes: Buffer, from: number, end: number): Frame | undefined {
    if (from === end) return this.dispatch();
    const data = valueOf(DATA, bytes, from, end);
    if (data >= 0) {
      const text = bytes.toString("utf8", data, end);
      this.data = this.data === undefined ? text : `${this.data}\n${text}`;
      this.size += end - from;
      return undefined;
    }
    const event = valueOf(EVENT, bytes, from, end);
    if (event >= 0) {
      this.event = bytes.toString("utf8", event, end);
      this.size += end - from;
    }
    return undefined;
  }

  private dispatch(): Frame | undefined {
    const { event, data } = this;
    this.event = this.data = undefined;
    this.size = 0;
    return data === undefined ? undefined : { event: event === "" ? undefined : event, data };
  }

  private stop(): void {
    this.problem = `sent an event of more than ${this.maxFrameBytes} bytes`;
    this.dispatch();
    this.kept.clear();
    this.more = false;
  }
}

/** Where the value of a field begins in a line; -1 if the line is not of that field. */
function valueOf(field: Buffer, bytes: Buffer, from: number, end: number): number {
  const colon = from + field.length;
  if (colon > end) return -1;
  // a call of `compare` takes longer for so few bytes
  for (let at = 0; at < field.length; at++) if (bytes[from + at] !== field[at]) return -1;
  if (colon === end) return end;
  if (bytes[colon] !== COLON) return -1;
  return bytes[colon + 1] === SPACE && colon + 1 < end ? colon + 2 : colon + 1;
}
