import type { Dispatcher } from "undici";
import { CollectedBytes } from "../bytes/collected-bytes";
import type { OutgoingRequest } from "../credentials/source";
import { mediaTypeOf, type AnswerHeaders } from "./answer-head";

/** The answer to a small call. */
export interface SmallAnswer {
  readonly status: number;
  /** In lower case and without parameters; undefined if it names none. */
  readonly mediaType: string | undefined;
  readonly headers: AnswerHeaders;
  readonly body: Buffer;
}

/** Limits of a small call. */
export interface SmallCallLimits {
  /** Whole call in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer in bytes. */
  readonly maxBytes: number;
  /** Gives the call up earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The one way in which the gateway asks something on its own behalf (a judge, a token, an embedding): a short answer, read whole, within limits of size
 * and time.
 * @throws Error if there is no answer, or if it passes a limit
 */
export async function smallCall(dispatcher: Dispatcher, request: OutgoingRequest, limits: SmallCallLimits): Promise<SmallAnswer> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const answered = await dispatcher.request({
    origin: request.origin,
    path: request.query === "" ? request.path : `${request.path}?${request.query}`,
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
    signal: limits.signal === undefined ? timeout : AbortSignal.any([timeout, limits.signal]),
  });
  const body = new CollectedBytes();
  for await (const part of answered.body as AsyncIterable<Buffer>) {
    if (body.length + part.length > limits.maxBytes)
      throw new RangeError(`the answer must be at most ${limits.maxBytes} bytes, but it is larger`);
    body.add(part);
  }
  const { statusCode, headers } = answered;
  return { status: statusCode, mediaType: mediaTypeOf(headers), headers, body: body.view() };
}
