/** Where the text of one answer ends and that of another one, which goes on with it, begins. */

/** Leaves out of the text of an answer what repeats the text that it goes on with. */
export interface Seam {
  /** Takes the next piece of the answer's text; returns what is new and may go to the client now. */
  push(piece: string): string;
  /**
   * No more text follows, or something else comes before it; returns what was held back and is new.
   * @param early what is wrong if the answer had to repeat more, as {@link Seam.problem} tells it
   */
  close(early: string): string;
  /** Why the answer cannot go on with the text, as the end of a sentence that begins with "it"; undefined as long as it can. */
  readonly problem: string | undefined;
}
