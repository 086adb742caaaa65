import type { StreamError } from "../../codecs/stream-reader";

/** The event that tells the client inside a stream that it failed. */
export const errorEvent = ({ message, type, code }: StreamError): Buffer =>
  Buffer.from(`data: ${JSON.stringify({ error: { message, type, code } })}\n\n`);
