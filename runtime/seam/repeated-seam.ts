import type { Seam } from "./seam";

/** The answer begins with all of the text; at the first difference it cannot go on, as a mixture of two answers would be nobody's. */
export class RepeatedSeam implements Seam {
  problem: string | undefined;
  /** Characters that have been repeated so far. */
  private repeated = 0;

  constructor(private readonly text: string) {}

  push(piece: string): string {
    if (this.problem !== undefined) return "";
    const { text, repeated } = this;
    const known = Math.min(piece.length, text.length - repeated);
    if (known === 0) return piece;
    if (text.slice(repeated, repeated + known) !== piece.slice(0, known)) {
      this.problem = "gave another text than the client has";
      return "";
    }
    this.repeated += known;
    return piece.slice(known);
  }

  close(early: string): string {
    if (this.repeated < this.text.length) this.problem ??= early;
    return "";
  }
}
