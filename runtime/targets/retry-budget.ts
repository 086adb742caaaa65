/** `extensions.retry_budget`. */
export interface RetryBudgetSettings {
  /** Part of the requests of the last minute that may be repetitions, 0 to 1. */
  readonly ratio: number;
  /** Below this many requests in the last minute nothing is limited. */
  readonly minRequestsPerMinute: number;
}

const BUCKET_MS = 1000;
const BUCKETS = 60;

/**
 * Keeps repetitions of attempts, over all requests of a plugin instance, to a part of its requests, so that an outage is not made worse (docs/behaviour.md "Failover").
 * "The last minute" is exact to a second. Pure: the time is given, in milliseconds on a clock that never goes back.
 */
export class RetryBudget {
  private readonly requests = new Float64Array(BUCKETS);
  private readonly repeats = new Float64Array(BUCKETS);
  /** Number of the newest bucket, counted from the clock's start. */
  private newest = 0;
  private requestsInAll = 0;
  private repeatsInAll = 0;

  /** `settings` may be replaced after a reload; what was counted stays. */
  constructor(public settings: RetryBudgetSettings) {}

  /** A request came. */
  request(now: number): void {
    const bucket = this.advance(now);
    this.requests[bucket] = (this.requests[bucket] as number) + 1;
    this.requestsInAll++;
  }

  /** Whether one more repetition is within the budget. */
  mayRepeat(now: number): boolean {
    this.advance(now);
    const { ratio, minRequestsPerMinute } = this.settings;
    return this.requestsInAll < minRequestsPerMinute || this.repeatsInAll + 1 <= ratio * this.requestsInAll;
  }

  /** A repetition is made. */
  repeated(now: number): void {
    const bucket = this.advance(now);
    this.repeats[bucket] = (this.repeats[bucket] as number) + 1;
    this.repeatsInAll++;
  }

  private advance(now: number): number {
    const newest = Math.floor(now / BUCKET_MS);
    if (newest > this.newest) {
      for (let number = Math.max(this.newest + 1, newest - BUCKETS + 1); number <= newest; number++) {
        const bucket = number % BUCKETS;
        this.requestsInAll -= this.requests[bucket] as number;
        this.repeatsInAll -= this.repeats[bucket] as number;
        this.requests[bucket] = this.repeats[bucket] = 0;
      }
      this.newest = newest;
    }
    return newest % BUCKETS;
  }
}
