import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Transform } from "node:stream";

/** What a few bytes unpack to is not looked at; beyond this many a body may not be more than `MAX_RATIO` times as large as it came. */
const UNCHECKED_BYTES = 1024 * 1024;

/** Text packs 3 to 20 to 1; what packs better than this was made to fill memory. */
const MAX_RATIO = 200;

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** Content codings that are unpacked. */
export const CODINGS: readonly string[] = [...DECODERS.keys()];

/** The content coding of a message; undefined if its body is plain. */
export function codingOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers["content-encoding"];
  if (value === undefined) return undefined;
  const coding = (typeof value === "string" ? value : value.join()).trim().toLowerCase();
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
  private packedBytes = 0;
  private plainBytes = 0;

  private constructor(
    private readonly decoder: Transform,
    private readonly maxBytes: number,
    private readonly target: UnpackTarget,
  ) {
    decoder
      .on("data", (plain: Buffer) => this.guarded(() => this.take(plain)))
      .on("end", () => this.guarded(() => this.finish()))
      .on("error", () => this.guarded(() => this.fail("broken")))
      .on("drain", () => this.guarded(() => target.drained()));
  }

  /**
   * @param maxBytes most plain bytes
   * @returns undefined if the coding is not known
   */
  static of(coding: string, maxBytes: number, target: UnpackTarget): Unpacker | undefined {
    const create = DECODERS.get(coding);
    return create === undefined ? undefined : new Unpacker(create(), maxBytes, target);
  }

  /** Takes packed bytes; false if it is full until `drained`. */
  write(packed: Buffer): boolean {
    this.packedBytes += packed.length;
    return this.over || this.decoder.write(packed);
  }

  /** There are no more packed bytes. */
  end(): void {
    if (!this.over) this.decoder.end();
  }

  /** No plain bytes until `resume`. */
  pause(): void {
    this.decoder.pause();
  }

  resume(): void {
    if (!this.over) this.decoder.resume();
  }

  /** Gives up what is not unpacked yet. */
  destroy(): void {
    this.over = true;
    this.decoder.destroy();
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
