/**
 * Finds the longest end of a text that an answer begins with, while the answer comes piece by piece. Each character is looked at a few times at most
 * (Knuth, Morris and Pratt's search, with a pattern that grows), and no more of the answer is asked for than the result depends on.
 */
export class OverlapScan {
  /** Characters at the answer's beginning that stand in the text right before `at`. */
  private matched = 0;
  /** For each beginning of the answer, by its length less one: the longest shorter beginning that is its end as well. */
  private readonly borders: number[] = [];

  /** @param at index in the text from which on an overlap may begin */
  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  /** Where in the text the answer may have begun to repeat it, as far as is known. */
  get start(): number {
    return this.at - this.matched;
  }

  /**
   * Looks as far as it can.
   * @param answer all of it so far
   * @param isOver whether nothing follows
   * @returns length of the overlap, 0 if there is none; undefined if it depends on what follows
   */
  find(answer: string, isOver: boolean): number | undefined {
    const { text } = this;
    while (this.at < text.length) {
      if (this.matched === answer.length) {
        if (!isOver) return undefined;
        if (this.matched === 0) return 0;
        this.matched = this.border(answer, this.matched);
      } else if (text.charCodeAt(this.at) === answer.charCodeAt(this.matched)) {
        this.at++;
        this.matched++;
      } else if (this.matched === 0) this.at++;
      else this.matched = this.border(answer, this.matched);
    }
    return this.matched;
  }

  private border(answer: string, length: number): number {
    extendBorders(this.borders, answer, length);
    return this.borders[length - 1] ?? 0;
  }
}

/** Writes down the borders of the beginnings of a text up to a length; those that are there already stay. */
function extendBorders(borders: number[], text: string, length: number): void {
  if (borders.length === 0) borders.push(0);
  while (borders.length < length) {
    const next = text.charCodeAt(borders.length);
    let border = borders.at(-1) ?? 0;
    while (border > 0 && text.charCodeAt(border) !== next) border = borders[border - 1] ?? 0;
    borders.push(text.charCodeAt(border) === next ? border + 1 : 0);
  }
}

/** Whether a text is a part that comes at least twice ("ha ha ", "abcabca"): its end says nothing of where it ends. */
export function repeatsItself(text: string): boolean {
  if (text === "") return false;
  const borders: number[] = [];
  extendBorders(borders, text, text.length);
  return 2 * (borders.at(-1) ?? 0) >= text.length;
}
