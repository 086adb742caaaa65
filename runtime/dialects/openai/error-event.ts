import type { StreamError } from "../../codecs/stream-reader";
import { errorOf } from "./chunk";

/** A comment; a client takes it for nothing. */
export const KEEP_ALIVE = Buffer.from(": keep-alive\n\n");

/** An error's body that is larger than this says nothing that is told, in bytes. */
const LARGEST_ERROR = 64 * 1024;

const eventOf = (error: unknown): Buffer => Buffer.from(`data: ${JSON.stringify({ error })}\n\n`);

/** The event that tells the client inside a stream that it failed. */
export const errorEvent = ({ message, type, code }: StreamError): Buffer => eventOf({ message, type, code });

/** The same of a provider's error, whose whole answer came when the stream had begun; undefined if the body tells no error. */
export function toldError(body: Buffer | undefined): Buffer | undefined {
  if (body === undefined || body.length > LARGEST_ERROR) return undefined;
  try {
    const answer: unknown = JSON.parse(body.toString("utf8"));
    const error = typeof answer === "object" && answer !== null ? errorOf(answer, () => false) : undefined;
    return error === undefined ? undefined : eventOf(error);
  } catch {
    // no JSON, or nested deeper than it can be written
    return undefined;
  }
}
