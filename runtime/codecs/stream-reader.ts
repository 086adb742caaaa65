import type { Usage } from "../conversation/usage";

/** An error as a client is told inside a stream. */
export interface StreamError {
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

/** What a stream that broke after content needs to go on with another answer. */
export interface ResumePoint {
  /** `id` of the stream that the client has begun to read. */
  readonly id: string | undefined;
  /** `model` of that stream. */
  readonly model: string | undefined;
  /** All text that the client has; reasoning does not count. */
  readonly text: string;
  /** Usage of the answers before, in sum. */
  readonly usage: Usage | undefined;
}

/** Reads an upstream's stream, and gives what the client gets of it. */
export interface StreamReader {
  /**
   * Takes the next bytes and returns what may go to the client now.
   * Whole events only; empty if nothing is complete yet.
   */
  push(chunk: Buffer): Buffer;
  /**
   * Whether a large event, or very many small ones, are being read. `step` is to be called in each turn of the event loop then, and neither `push` nor
   * `end`; what follows comes with the next `push`, be it an empty one.
   */
  readonly busy: boolean;
  /** Reads a part of what has come; returns what may go to the client now. */
  step(): Buffer;
  /** What was left when the upstream ended: the last event may lack its blank line. */
  end(): Buffer;
  /** Whether content (text, reasoning, a tool call, a finish) has been seen. */
  readonly content: boolean;
  /** Whether the end mark has been seen. Nothing that follows it is looked at or returned. */
  readonly ended: boolean;
  /** Whether the stream is complete: its end mark has been seen, or every choice that began has finished. */
  readonly complete: boolean;
  /** The error that the upstream reported inside the stream, if it did, as the end of a sentence that begins with "the upstream". */
  readonly failure: string | undefined;
  /** Where the failing event begins in what `push`, `step` or `end` returned last. */
  readonly failureAt: number | undefined;
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** Characters of generated text so far. */
  readonly characters: number;
  /** Events that could not be read and have been left out. */
  readonly skipped: number;
  /** Where another answer can go on; undefined if none can: more than text was relayed, or too much of it. */
  resumePoint(): ResumePoint | undefined;
  /** The last piece of a stream that failed: the event that tells the client so. */
  fail(error: StreamError): Buffer;
}
