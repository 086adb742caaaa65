/** An answer's headers by their names in lower case. */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** Answers without a body whose head names the length that another answer would have. The HTTP client misses the bytes. */
export const isBodiless = (status: number, cause: Error): boolean =>
  (status === 204 || status === 304) && "code" in cause && cause.code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";

/** The first media type that an answer names, in lower case and without parameters; undefined if it names none. */
export function mediaTypeOf(headers: AnswerHeaders): string | undefined {
  const given = headers["content-type"];
  const type = typeof given === "string" ? given : given?.[0];
  // what nearly all providers send
  if (type === undefined || type === "application/json" || type === "text/event-stream") return type;
  const end = type.search(/[;,\s]/);
  return (end < 0 ? type : type.slice(0, end)).toLowerCase();
}
