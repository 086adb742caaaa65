/** When tokens are fetched. Pure; all times in milliseconds. */

/** A token counts as good for no longer than this, whatever its service says. */
const LONGEST_LIFE_MS = 24 * 3_600_000;

/** A token is not put on requests in its last tenth, or its last half minute if that is less: it would be refused under way. */
const LONGEST_REST_MS = 30_000;

/** Refreshes ahead are no closer than this, however short a token lives. */
const SHORTEST_AHEAD_MS = 1_000;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;

/** How long a token lives, as its service says. */
export interface Lifetime {
  readonly lifeMs: number;
  /** When the service wants it to be refreshed; undefined if it does not say. */
  readonly refreshInMs: number | undefined;
}

/** When a token is put on requests, and when it is refreshed; both from the moment at which it was asked for. */
export interface TokenTimes {
  readonly goodMs: number;
  readonly refreshMs: number;
}

/**
 * The times of a token: it is refreshed when 72 to 80 % of its life have passed, so that there is time for repetitions, and processes that began together
 * do not ask together.
 * @param random uniform in 0..1, 1 excluded
 */
export function tokenTimes({ lifeMs, refreshInMs = Infinity }: Lifetime, random: () => number): TokenTimes {
  const life = Math.min(lifeMs, LONGEST_LIFE_MS);
  const ahead = Math.min(life * 0.8, refreshInMs) * (0.9 + 0.1 * random());
  return { goodMs: life - Math.min(life / 10, LONGEST_REST_MS), refreshMs: Math.max(SHORTEST_AHEAD_MS, ahead) };
}

/**
 * How long nothing is asked after a failure: half a second, doubled with each in a row up to a minute, less up to a half of it; longer if the service asked for
 * that, up to the same minute.
 * @param failures in a row, 1 for the first
 * @param random uniform in 0..1, 1 excluded
 */
export function retryDelayMs(failures: number, retryAfterMs: number | undefined, random: () => number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
  return Math.min(LONGEST_RETRY_MS, Math.max(longest * (0.5 + 0.5 * random()), retryAfterMs ?? 0));
}

/** Refreshes at once for refused tokens, and how long it takes until another one may follow. */
const RENEWALS = 5;
const RENEWAL_EVERY_MS = 30_000;

/**
 * How often a refused token alone brings about a refresh: 5 times, and once more for each 30 s. A provider that refuses every token has another reason, and
 * asking for more would only load the service.
 */
export class Renewals {
  private left = RENEWALS;
  private counted = 0;

  /** @param now on a monotonic clock */
  take(now: number): boolean {
    const more = Math.floor((now - this.counted) / RENEWAL_EVERY_MS);
    this.left = Math.min(RENEWALS, this.left + more);
    this.counted = this.left === RENEWALS ? now : this.counted + more * RENEWAL_EVERY_MS;
    if (this.left === 0) return false;
    this.left--;
    return true;
  }
}
