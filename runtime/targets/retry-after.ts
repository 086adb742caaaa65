import type { Clock } from "../clock";

/** Nobody is waited for longer than this, in milliseconds, whatever a provider asks for (semantics.md 21). */
const LONGEST_MS = 60_000;

const NUMBER = /^\d{1,12}(?:\.\d{1,6})?$/;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const textOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)?.trim();

/**
 * How long a provider asks not to be called, in milliseconds, at most 60,000: `retry-after-ms`, else `Retry-After` in seconds or as a date.
 * A date that has passed is 0; what is none of these counts as not said.
 */
export function retryAfterMs(headers: Headers, clock: Pick<Clock, "date">): number | undefined {
  const milliseconds = textOf(headers["retry-after-ms"]);
  if (milliseconds !== undefined && NUMBER.test(milliseconds)) return Math.min(Number(milliseconds), LONGEST_MS);
  const text = textOf(headers["retry-after"]);
  if (text === undefined || text === "") return undefined;
  if (NUMBER.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS);
  // a date has letters; the language's own reading of other texts, such as "-5", is no date that anybody meant
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - clock.date()), LONGEST_MS);
}
