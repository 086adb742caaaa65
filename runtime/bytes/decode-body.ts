import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, type Zlib } from "node:zlib";
import type { Transform } from "node:stream";
import { headerText } from "./header-text";

/** What a few bytes unpack to is not looked at; beyond this many a body may not be more than `MAX_RATIO` times as large as it came. */
const UNCHECKED_BYTES = 1024 * 1024;

/** Text packs 3 to 20 to 1; what packs better than this was made to fill memory. */
const MAX_RATIO = 200;

type Decoder = Transform & Zlib;

/** @param first the first packed byte */
type OpenDecoder = (first: number) => Decoder;

/**
 * `deflate` is the zlib format, and some senders leave its wrapping out (RFC 9110, section 8.4.1.2). The lower half of zlib's first byte is 8 (RFC 1950, section 2.2); as the
 * first byte of the bare format that would be a stored block with bits set in its padding, which nobody writes.
 */
const openDeflate: OpenDecoder = (first) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw());

const DECODERS: ReadonlyMap<string, OpenDecoder> = new Map<string, OpenDecoder>([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", openDeflate],
  ["br", () => createBrotliDecompress()],
]);

/** Content codings that are unpacked. */
export const CODINGS: readonly string[] = [...DECODERS.keys()];

/** The content coding of a message; undefined if its body is plain. */
export function codingOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers["content-encoding"];
  if (value === undefined) return undefined;
  const coding = headerText(typeof value === "string" ? value : value.join())
    .trim()
    .toLowerCase();
  return coding.includes(",") ? codingOfList(coding) : nameOf(coding);
}

const nameOf = (coding: string): string | undefined => (coding === "" || coding === "identity" ? undefined : coding);

/** `identity` changes nothing. What is packed several times is none of the codings that are unpacked. */
function codingOfList(list: string): string | undefined {
  const codings = list.split(",").map((coding) => nameOf(coding.trim()));
  const packing = codings.filter((coding) => coding !== undefined);
  return packing.length === 0 ? undefined : packing.join(", ");
}

/** Why a body cannot be unpacked: it is broken or cut off, larger than the limit, or packed to fill memory. */
export type UnpackProblem = "broken" | "too-large" | "ratio";

/** The part that wants the plain bytes. Nothing is called after `end`, `failed` or `crashed`, nor after `destroy`. */
export interface UnpackTarget {
  data(plain: Buffer): void;
  end(): void;
  failed(problem: UnpackProblem): void;
  /** The unpacker takes bytes again after `write` said that it is full. */
  drained(): void;
  /** One of the others threw. */
  crashed(cause: unknown): void;
}

/** Unpacks a body as it comes. */
export class Unpacker {
  private over = false;
  private paused = false;
  private packedBytes = 0;
  private plainBytes = 0;
  /** Undefined before the first packed byte, which may decide about it. */
  private decoder: Decoder | undefined;

  private constructor(
    private readonly openDecoder: OpenDecoder,
    private readonly maxBytes: number,
    private readonly target: UnpackTarget,
  ) {}

  /**
   * @param maxBytes most bytes, packed or plain
   * @returns undefined if the coding is not known
   */
  static of(coding: string, maxBytes: number, target: UnpackTarget): Unpacker | undefined {
    const openDecoder = DECODERS.get(coding);
    return openDecoder === undefined ? undefined : new Unpacker(openDecoder, maxBytes, target);
  }

  /** Takes packed bytes; false if it is full until `drained`. */
  write(packed: Buffer): boolean {
    const [first] = packed;
    if (this.over || first === undefined) return true;
    this.packedBytes += packed.length;
    // parts that unpack to nothing could come for ever
    if (this.packedBytes > this.maxBytes) {
      this.guarded(() => this.fail("too-large"));
      return true;
    }
    return (this.decoder ?? this.open(first)).write(packed);
  }

  /** There are no more packed bytes. */
  end(): void {
    if (this.over) return;
    // no byte is no body of any coding
    if (this.decoder === undefined) this.guarded(() => this.fail("broken"));
    else this.decoder.end();
  }

  /** Whether packed bytes followed the end of what they say: told with `end`. */
  get hasRest(): boolean {
    return this.decoder !== undefined && this.decoder.bytesWritten < this.packedBytes;
  }

  /** No plain bytes until `resume`. */
  pause(): void {
    this.paused = true;
    this.decoder?.pause();
  }

  resume(): void {
    this.paused = false;
    if (!this.over) this.decoder?.resume();
  }

  /** Gives up what is not unpacked yet. */
  destroy(): void {
    this.over = true;
    this.decoder?.destroy();
  }

  private open(first: number): Decoder {
    const decoder = (this.decoder = this.openDecoder(first));
    decoder
      .on("data", (plain: Buffer) => this.guarded(() => this.take(plain)))
      .on("end", () => this.guarded(() => this.finish()))
      .on("error", () => this.guarded(() => this.fail("broken")))
      .on("drain", () => this.guarded(() => this.target.drained()));
    if (this.paused) decoder.pause();
    return decoder;
  }

  private take(plain: Buffer): void {
    this.plainBytes += plain.length;
    if (this.plainBytes > this.maxBytes) this.fail("too-large");
    else if (this.plainBytes > UNCHECKED_BYTES && this.plainBytes > this.packedBytes * MAX_RATIO) this.fail("ratio");
    else this.target.data(plain);
  }

  private finish(): void {
    this.over = true;
    this.target.end();
  }

  private fail(problem: UnpackProblem): void {
    this.destroy();
    this.target.failed(problem);
  }

  private guarded(step: () => void): void {
    if (this.over) return;
    try {
      step();
    } catch (cause) {
      this.destroy();
      this.target.crashed(cause);
    }
  }
}

/** The problem as the end of a sentence that begins with the body's name. */
export function describeUnpackProblem(problem: UnpackProblem, coding: string, limit: number, field: string): string {
  if (problem === "broken") return `cannot be unpacked (${coding}); it may be cut off`;
  if (problem === "too-large") return `must be at most ${limit} bytes when unpacked (${field}), but it is larger`;
  return `must not unpack (${coding}) to more than ${MAX_RATIO} times its size, but it does`;
}
