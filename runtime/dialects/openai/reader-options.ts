import type { Ask } from "../../codecs/ask";

/** How the answer of a stream is to be read. */
export interface StreamReaderOptions {
  /** The client did not ask for the event that carries only usage. */
  readonly withholdUsage: boolean;
  /** Keep the text, so that another answer can go on where this one breaks. */
  readonly keepText: boolean;
  /** Largest event in bytes; a larger one is a failure. */
  readonly maxEventBytes: number;
  /** The request, which says how many choices the answer has; undefined: one. */
  readonly ask?: Pick<Ask, "body" | "scan">;
}
