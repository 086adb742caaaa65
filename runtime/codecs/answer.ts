import type { Sliced } from "../bytes/slices";
import type { Usage } from "../conversation/usage";

/** What the client gets instead of the upstream's own bytes. */
export interface Written {
  readonly body: Buffer;
  readonly mediaType: string;
}

/** What a complete answer says. */
export type Answer =
  | {
      readonly ok: true;
      readonly model: string | undefined;
      readonly usage: Usage | undefined;
      /** Characters of generated text. */
      readonly characters: () => number;
      /** Undefined: the client gets the upstream's bytes as they are. */
      readonly written: Written | undefined;
    }
  | { readonly ok: false; /** What is wrong with it, as the end of a sentence that begins with "the answer". */ readonly reason: string };

/** A large answer that is read in steps. */
export interface AnswerReading extends Sliced {
  /** What the answer says; to be asked for after the last step. */
  result(): Answer;
}

/** What a complete answer says whose status is no success. */
export interface ErrorAnswer {
  /** What the failure is about, if it is about the request: too long for the model, or refused by a content filter. */
  readonly refusal: "context_length" | "content_filter" | undefined;
  /** Undefined: the client gets the upstream's bytes as they are. */
  readonly written: Written | undefined;
}

const PLAIN_ERROR: ErrorAnswer = { refusal: undefined, written: undefined };

/** An error whose bytes the client gets as they are. */
export const passedError = (refusal: ErrorAnswer["refusal"]): ErrorAnswer =>
  refusal === undefined ? PLAIN_ERROR : { refusal, written: undefined };
