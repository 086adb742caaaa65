import { endsInCode, repeatedFence } from "./code-block";
import { commonLength } from "./common-length";
import { OverlapScan } from "./overlap";
import { behindHalf, isBeginningAgain, isRepetition, repeatedPart, withoutDoubled, withoutHalf } from "./rule";
import type { Seam } from "./seam";

/** The longest end of a text that an answer may repeat, in characters; but it may also repeat all of the text. */
const LONGEST_OVERLAP = 8192;

/** More white space than this is text, in characters. */
const MOST_SPACES = 256;

/**
 * The answer was asked to go on at the text's very end. It may do so, repeat the end first, or begin anew: its beginning is held back until that is known.
 * What is left out is told by `rule.ts`.
 */
export class ContinuedSeam implements Seam {
  readonly problem = undefined;
  private decided = false;
  private readonly text: string;
  /** The first half of a character at the text's end. */
  private readonly half: string;
  /** Whether the answer may open the block of code again that the text ends in. */
  private inCode: boolean;
  /** The answer's first visible character has come. */
  private begun = false;
  /** White space in front of it. */
  private spaces = "";
  /** What is held back behind the white space. */
  private held = "";
  /** Characters at the beginning of a long text that the answer has repeated, and that are not kept in `held`. */
  private repeated = 0;
  private mayRepeatAll: boolean;
  private scan: OverlapScan;

  constructor(text: string) {
    this.text = withoutHalf(text);
    this.half = text.slice(this.text.length);
    this.inCode = endsInCode(this.text);
    this.mayRepeatAll = this.text.length > LONGEST_OVERLAP;
    this.scan = this.scanAnew();
  }

  push(piece: string): string {
    return this.decided ? piece : this.take(piece, false);
  }

  close(): string {
    return this.decided ? "" : this.take("", true);
  }

  private take(piece: string, isOver: boolean): string {
    if (this.repeated === 0) {
      this.held += piece;
      if (!this.begun && !this.begin(isOver)) return "";
    }
    if (this.mayRepeatAll && this.repeatsAll(this.repeated === 0 ? "" : piece)) {
      return this.repeated < this.text.length ? this.endWithin(isOver) : this.release(this.held);
    }
    return this.decide(isOver);
  }

  /** Takes white space off the answer's beginning; false if it takes more of the answer to do so. */
  private begin(isOver: boolean): boolean {
    const { held } = this;
    const shown = held.trimStart();
    if (shown === "" && !isOver && held.length <= MOST_SPACES) return false;
    this.spaces = held.slice(0, held.length - shown.length);
    this.held = shown;
    this.begun = true;
    return true;
  }

  /** Whether all that came so far is the beginning of a long text, or all of it and more, which is left in `held`. */
  private repeatsAll(piece: string): boolean {
    const { text, repeated, held } = this;
    const given = repeated === 0 ? held : piece;
    const known = commonLength(text, repeated, given);
    const isAll = repeated + known === text.length;
    if (known < given.length && !isAll) {
      if (repeated > 0) this.held = text.slice(0, repeated) + piece;
      this.repeated = 0;
      this.mayRepeatAll = false;
      return false;
    }
    this.repeated += known;
    this.held = given.slice(known);
    return this.repeated > 0;
  }

  /** The answer may be over before it has repeated all of the text that it begins with. */
  private endWithin(isOver: boolean): string {
    const { text, repeated } = this;
    if (!isOver) return "";
    const said = text.slice(0, repeated);
    return this.release(isBeginningAgain(said) ? "" : this.spaces + said);
  }

  private decide(isOver: boolean): string {
    const { held, scan } = this;
    const known = held === "" ? 0 : scan.find(held, false);
    if (known === undefined) {
      if (!isOver) return "";
      // it says nothing but what the text begins with
      if (scan.start === 0 && isBeginningAgain(held)) return this.release("");
    }
    const length = known ?? scan.find(held, true) ?? 0;
    // the next character tells whether a word ends
    return length === held.length && held !== "" && !isOver ? "" : this.judge(length, isOver);
  }

  /** @param overlap how much of the text's end the answer begins with */
  private judge(overlap: number, isOver: boolean): string {
    const { text, held, spaces } = this;
    if (isRepetition(text, held, overlap)) return this.release(held.slice(overlap));
    const part = repeatedPart(text, held);
    if (part > 0) return this.release(held.slice(part));
    const fence = this.inCode ? repeatedFence(held, spaces.includes("\n") || text.endsWith("\n"), isOver) : 0;
    if (fence === undefined) return "";
    return fence > 0 ? this.behindFence(fence, isOver) : this.release(withoutDoubled(text, spaces) + held);
  }

  /** The answer opens its block of code again: what stands behind that goes on. */
  private behindFence(fence: number, isOver: boolean): string {
    this.inCode = false;
    this.held = this.held.slice(fence);
    this.begun = false;
    this.scan = this.scanAnew();
    return this.begin(isOver) ? this.decide(isOver) : "";
  }

  private scanAnew(): OverlapScan {
    return new OverlapScan(this.text, Math.max(0, this.text.length - LONGEST_OVERLAP));
  }

  private release(rest: string): string {
    this.decided = true;
    this.held = "";
    return behindHalf(this.half, rest);
  }
}
