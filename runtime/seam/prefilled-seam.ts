import { commonLength } from "./common-length";
import { behindHalf, withoutHalf } from "./rule";
import type { Seam } from "./seam";

/** How a provider goes on with a text of the assistant. */
export interface PrefilledText {
  /** Its answer begins with the text once more. */
  readonly echoes: boolean;
  /** It is given the text without the white space at its end. */
  readonly trims: boolean;
}

/**
 * The provider itself goes on with the text, from its very end. What it repeats is left out only if that is its way: the whole text, and the white space
 * that it was not given.
 */
export class PrefilledSeam implements Seam {
  readonly problem = undefined;
  /** What may come once more; undefined as soon as it has, or something else came. */
  private expected: string | undefined;
  private readonly spaces: string;
  /** The first half of a character at the text's end, which the provider was not given; empty once its answer has begun. */
  private half: string;
  /** The text has been repeated, or will not be. */
  private atSpaces: boolean;
  private repeated = 0;

  constructor(text: string, { echoes, trims }: PrefilledText) {
    const given = withoutHalf(text);
    const trimmed = given.trimEnd();
    this.half = text.slice(given.length);
    this.spaces = given.slice(trimmed.length);
    this.atSpaces = !echoes;
    this.expected = echoes ? trimmed : trims ? this.spaces : undefined;
  }

  push(piece: string): string {
    let rest = piece;
    while (this.expected !== undefined && rest !== "") {
      const { expected, repeated } = this;
      const known = commonLength(expected, repeated, rest);
      this.repeated += known;
      rest = rest.slice(known);
      if (this.repeated === expected.length) this.next();
      else if (rest !== "") return this.behindHalf(this.release() + rest);
    }
    return this.behindHalf(rest);
  }

  close(): string {
    return this.behindHalf(this.release());
  }

  /** What comes first is the whole character, of which the client has the half. */
  private behindHalf(added: string): string {
    if (added === "") return "";
    const { half } = this;
    this.half = "";
    return behindHalf(half, added);
  }

  /** All of what was expected has come. */
  private next(): void {
    this.expected = this.atSpaces || this.spaces === "" ? undefined : this.spaces;
    this.atSpaces = true;
    this.repeated = 0;
  }

  /** Something else came: what was taken for the text is none of it, but white space is, whether or not all of it came. */
  private release(): string {
    const held = this.atSpaces ? "" : (this.expected?.slice(0, this.repeated) ?? "");
    this.expected = undefined;
    return held;
  }
}
