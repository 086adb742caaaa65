import type { Sliced } from "../../../bytes/slices";
import type { Usage } from "../../../conversation/usage";
import type { EmbeddingsWalk, Place, VectorEntry } from "./answer";

/** Pieces that one step puts together; with the largest piece that takes a few milliseconds at most. */
const PIECES_A_STEP = 2048;

/** Bytes that one step puts together, unless a single piece is larger. */
const BYTES_A_STEP = 4 * 1024 * 1024;

/** Elements whose pieces one step lists. */
const ENTRIES_A_STEP = 4096;

/** A change of a text: what stands there instead. */
interface Change extends Place {
  readonly text: string;
}

/** Whether an answer has to be written anew: a vector comes in another format than it was asked for, or the order is another than that of the inputs. */
export const mustBeWritten = (entries: readonly VectorEntry[]): boolean =>
  entries.some(({ vector, index }, at) => vector !== undefined || index !== at);

/**
 * Writes an answer of embeddings out of one or several that are complete: all vectors in the order of their inputs, in the client's format, with the
 * index that each has in the whole. Everything else is as in the first answer; the usage is the given one.
 */
export class WrittenEmbeddings implements Sliced {
  private readonly pieces: (Buffer | string)[] = [];
  private length = 0;
  private answerAt = 0;
  private entryAt = 0;
  private sorted: readonly VectorEntry[] | undefined;
  private offset = 0;
  private listed = false;
  private output: Buffer | undefined;
  private pieceAt = 0;
  private written = 0;

  /**
   * @param answers without a mistake, in the order of the inputs
   * @param usage told instead of the first answer's; undefined: it is left as it is, null: it is not known
   */
  constructor(
    private readonly answers: readonly { readonly body: Buffer; readonly walk: EmbeddingsWalk }[],
    private readonly usage: Usage | null | undefined,
  ) {}

  step(): boolean {
    if (!this.listed) {
      this.list();
      return false;
    }
    return this.write();
  }

  /** To be asked for after the last step. */
  result(): Buffer {
    return this.output ?? Buffer.alloc(0);
  }

  private list(): void {
    const answer = this.answers[this.answerAt];
    if (answer === undefined) {
      this.tail();
      this.listed = true;
      return;
    }
    if (this.answerAt === 0 && this.entryAt === 0) this.head();
    const { body, walk } = answer;
    const sorted = (this.sorted ??= walk.entries.toSorted((one, other) => one.index - other.index));
    const end = Math.min(this.entryAt + ENTRIES_A_STEP, sorted.length);
    for (; this.entryAt < end; this.entryAt++) this.entry(body, sorted[this.entryAt] as VectorEntry);
    if (this.entryAt < sorted.length) return;
    this.offset += sorted.length;
    this.answerAt++;
    this.entryAt = 0;
    this.sorted = undefined;
  }

  /** What stands before the vectors. */
  private head(): void {
    const first = this.answers[0];
    if (first?.walk.dataPlace === undefined) return;
    const { start } = first.walk.dataPlace;
    this.changed(
      first.body,
      { start: 0, end: start },
      this.usageChange(first.walk, (place) => place.end <= start),
    );
    this.add("[");
  }

  private tail(): void {
    const first = this.answers[0];
    if (first?.walk.dataPlace === undefined) return;
    const { end } = first.walk.dataPlace;
    this.add("]");
    this.changed(
      first.body,
      { start: end, end: first.body.length },
      this.usageChange(first.walk, (place) => place.start >= end),
    );
  }

  private usageChange({ usagePlace }: EmbeddingsWalk, isHere: (place: Place) => boolean): readonly Change[] {
    if (this.usage === undefined || usagePlace === undefined || !isHere(usagePlace)) return [];
    const { usage } = this;
    const text = usage === null ? "null" : JSON.stringify({ prompt_tokens: usage.prompt_tokens, total_tokens: usage.total_tokens });
    return [{ ...usagePlace, text }];
  }

  private entry(body: Buffer, entry: VectorEntry): void {
    const { index, indexPlace, vector, vectorPlace } = entry;
    if (this.offset + index > 0) this.add(",");
    const changes: Change[] = [];
    const whole = String(this.offset + index);
    if (indexPlace === undefined) changes.push({ start: entry.start + 1, end: entry.start + 1, text: `"index":${whole},` });
    else if (this.offset > 0) changes.push({ ...indexPlace, text: whole });
    if (vector !== undefined) changes.push({ ...vectorPlace, text: vector });
    if (changes.length === 2 && (changes[0] as Change).start > (changes[1] as Change).start) changes.reverse();
    this.changed(body, entry, changes);
  }

  private changed(body: Buffer, { start, end }: Place, changes: readonly Change[]): void {
    let at = start;
    for (const change of changes) {
      this.add(body.subarray(at, change.start));
      this.add(change.text);
      at = change.end;
    }
    this.add(body.subarray(at, end));
  }

  /** Texts are all of one byte a character. */
  private add(piece: Buffer | string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  private write(): boolean {
    const output = (this.output ??= Buffer.allocUnsafe(this.length));
    const stop = Math.min(this.pieceAt + PIECES_A_STEP, this.pieces.length);
    const full = this.written + BYTES_A_STEP;
    while (this.pieceAt < stop && this.written < full) {
      const piece = this.pieces[this.pieceAt++] as Buffer | string;
      this.written += typeof piece === "string" ? output.write(piece, this.written, "latin1") : piece.copy(output, this.written);
    }
    return this.pieceAt === this.pieces.length;
  }
}
