/** Settings of a retry budget. `extensions.retry_budget`. */
export interface RetryBudgetSettings {
  /** Part of the last minute's requests that may be repetitions, 0…1. */
  readonly ratio: number;
  /** Below this many requests in the last minute nothing is limited. */
  readonly minRequestsPerMinute: number;
}

/** The minute is counted in so many pieces. */
const BUCKETS = 60;
const BUCKET_MS = 1_000;

/** Counts events of the last minute in pieces of a second. */
class MinuteCount {
  private readonly counts = new Float64Array(BUCKETS);
  private sum = 0;
  private newest = 0;

  add(now: number): void {
    const index = this.advance(now);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sum++;
  }

  total(now: number): number {
    this.advance(now);
    return this.sum;
  }

  /** Forgets what is older than a minute; returns the piece of now. */
  private advance(now: number): number {
    const piece = Math.floor(now / BUCKET_MS);
    for (let next = Math.max(this.newest + 1, piece - BUCKETS + 1); next <= piece; next++) {
      this.sum -= this.counts[next % BUCKETS] ?? 0;
      this.counts[next % BUCKETS] = 0;
    }
    if (piece - this.newest >= BUCKETS) {
      this.counts.fill(0);
      this.sum = 0;
    }
    this.newest = Math.max(this.newest, piece);
    return this.newest % BUCKETS;
  }
}

/** Keeps an outage from being made worse: repetitions are a small part of the requests of the last minute (semantics.md 17). One per plugin instance. */
export class RetryBudget {
  private readonly requests = new MinuteCount();
  private readonly repetitions = new MinuteCount();

  constructor(public settings: RetryBudgetSettings) {}

  /** A client's request came. */
  request(now: number): void {
    this.requests.add(now);
  }

  /** Whether one more repetition is within the budget. */
  mayRepeat(now: number): boolean {
    const requests = this.requests.total(now);
    return requests < this.settings.minRequestsPerMinute || this.repetitions.total(now) + 1 <= requests * this.settings.ratio;
  }

  /** A tried target is asked again. */
  repeated(now: number): void {
    this.repetitions.add(now);
  }
}
