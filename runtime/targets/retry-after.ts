import type { Clock } from "../clock";

/** Longest wait that a provider's wish stands for, in milliseconds (docs/behaviour.md "Failover"). */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/** Headers by their name in lower case. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const NUMBER = /^\d{1,20}(?:\.\d{1,20})?$/;

/** The three forms of RFC 9110 5.6.7. The engine's own reader takes nearly any text for a date, so that the form is checked before. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * How long a provider asks to be left alone, in milliseconds: `retry-after-ms`, else `Retry-After` as seconds, decimals too, or as a date. 60 s at most; 0
 * for a date that has passed, as the wish is over then; undefined where there is none, or none that can be understood (a negative number is none).
 */
export function retryAfterMs(headers: Headers, clock: Pick<Clock, "date">): number | undefined {
  const milliseconds = first(headers["retry-after-ms"]);
  if (milliseconds !== undefined && NUMBER.test(milliseconds)) return clamped(Number(milliseconds));
  const text = first(headers["retry-after"]);
  if (text === undefined) return undefined;
  if (NUMBER.test(text)) return clamped(Number(text) * 1000);
  if (!HTTP_DATE.test(text)) return undefined;
  // the third form names no time zone, but means GMT as well
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : clamped(date - clock.date());
}

const first = (value: string | readonly string[] | undefined): string | undefined =>
  (typeof value === "string" || value === undefined ? value : value[0])?.trim();

const clamped = (milliseconds: number): number => Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, milliseconds));
