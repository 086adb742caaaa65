import type { ObjectScan } from "../json/scan";

/** What the surface understood of a request: read once, before a target is chosen. */
export interface Ask {
  /** The body as the client sent it, unpacked. */
  readonly body: Buffer;
  /** Spans of the body's top-level members; undefined if the surface needs no JSON and the body is none. */
  readonly scan: ObjectScan | undefined;
  /** The `model` that the client named. */
  readonly model: string | undefined;
  /** Whether the client asked for a stream. */
  readonly stream: boolean;
  /** Whether the client asked for the usage of its stream. */
  readonly wantsUsage: boolean;
  /** What a client's dialect has read of it, kept for the next target. */
  reading: AskReading | undefined;
}

/** A request as its dialect reads it. */
export interface AskReading {
  /** Who read it. */
  readonly reader: object;
  readonly request: unknown;
}
