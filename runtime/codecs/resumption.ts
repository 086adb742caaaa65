import { ContinuedSeam } from "../seam/continued-seam";
import { PrefilledSeam, type PrefilledText } from "../seam/prefilled-seam";
import { RepeatedSeam } from "../seam/repeated-seam";
import { withoutHalf } from "../seam/rule";
import type { Seam } from "../seam/seam";
import type { ResumePoint } from "./stream-reader";

/** How a provider is told that the text of the assistant at a conversation's end is to be continued, and how it does so. */
export interface PrefillForm extends PrefilledText {
  /** Members of that last message besides role and content. */
  readonly message: Readonly<Record<string, boolean>>;
  /** Members of the request. */
  readonly request: Readonly<Record<string, boolean>>;
}

/**
 * How a target is asked to go on with an answer that broke. `restart`: as if nothing had been said. `prefill`: it is given the text so far, which its
 * provider continues. `continue`: it is given the text so far, and asked to go on.
 */
export type Manner =
  { readonly kind: "restart" } | { readonly kind: "prefill"; readonly form: PrefillForm } | { readonly kind: "continue" };

/** A call that goes on with an answer that broke. */
export interface Resumption {
  readonly point: ResumePoint;
  readonly manner: Manner;
  /** What people know the target by that goes on; told to the client. */
  readonly by: string;
}

/** What a request ends with so that its answer goes on. */
export interface GivenText {
  /** The assistant's. */
  readonly text: string;
  /** The user's, behind it; undefined if the provider continues the text by itself. */
  readonly wish: string | undefined;
  /** Undefined if there is a wish. */
  readonly form: PrefillForm | undefined;
}

const WISH =
  "Your last message was cut off. Go on with it exactly where it ends, be it in the middle of a sentence, of a word or of code, in the same language and format. " +
  "Begin with the very next character, which may be a space or a line break. Repeat nothing of it, do not open its block of code again, and say nothing else.";

/** What a target is given of the answer that it is to go on with; undefined if nothing. */
export function givenTextOf(resume: Resumption | undefined): GivenText | undefined {
  if (resume === undefined || resume.manner.kind === "restart") return undefined;
  const text = withoutHalf(resume.point.text);
  return resume.manner.kind === "continue" ? { text, wish: WISH, form: undefined } : { text, wish: undefined, form: resume.manner.form };
}

/** What the client is told of who goes on. */
export const introductionOf = ({ by }: Resumption): string => `continued by ${by}`;

/** Where the answer goes on with the text that the client has. */
export function seamOf({ point: { text }, manner }: Resumption): Seam {
  switch (manner.kind) {
    case "prefill":
      return new PrefilledSeam(text, manner.form);
    case "continue":
      return new ContinuedSeam(text);
    case "restart":
      // of white space alone nobody can say whether it is repeated
      return text.trim() === "" ? new ContinuedSeam(text) : new RepeatedSeam(text);
  }
}
