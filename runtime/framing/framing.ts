import type { Frame } from "./frame";

/** How a stream ended: between two frames; in the middle of one; or before its end, as its bytes are not what the format says (`problem`). */
export type FramingVerdict = "clean" | "cut" | "corrupt";

/** What the end of a stream brings. */
export interface FramingEnd {
  /** A last frame that needed the end to be whole; seldom any. */
  readonly frames: readonly Frame[];
  readonly verdict: FramingVerdict;
}

/** Cuts the bytes of one stream into frames, however the network has cut them. Takes bounded time for each call, and linear time for all. */
export interface Framing {
  /** There are more frames at hand than one turn of the event loop may hold: `push` of no bytes gives the next ones, and only then may other bytes come. */
  readonly more: boolean;
  /** What is wrong with the stream, as the end of a sentence that begins with "the upstream"; nothing is read any more then. */
  readonly problem: string | undefined;
  /** The next bytes; they must not be changed by their owner afterwards. */
  push(chunk: Buffer): readonly Frame[];
  /** The stream has ended properly; to be called once, when there are no `more` frames. */
  end(): FramingEnd;
}
