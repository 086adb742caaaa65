/** An answer's headers by their names in lower case. */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** Answers without a body whose head names the length that another answer would have. The HTTP client misses the bytes. */
export const isBodiless = (status: number, cause: Error): boolean =>
  (status === 204 || status === 304) && "code" in cause && cause.code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";

const EVENT_STREAM = /^text\/event-stream\b/i;

/** Whether an answer is a stream of events, by the first type that it names. */
export function isEventStream(headers: AnswerHeaders): boolean {
  const given = headers["content-type"];
  const type = typeof given === "string" ? given : given?.[0];
  return type !== undefined && EVENT_STREAM.test(type);
}
