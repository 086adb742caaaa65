/** Parts of the window; its length is exact to one of them. */
const BUCKETS = 20;

/**
 * How many attempts succeeded and failed in the last `span` milliseconds, for the ratio of the two. The oldest part is left out as a whole, so that the
 * window is between 95 and 100 % of its length.
 */
export class ResultWindow {
  private readonly width: number;
  private readonly failures = new Float64Array(BUCKETS);
  private readonly results = new Float64Array(BUCKETS);
  /** Number of the newest bucket, counted from the clock's start. */
  private newest = 0;
  private failed = 0;
  private total = 0;

  constructor(span: number) {
    this.width = span / BUCKETS;
  }

  /** An attempt has a result; the failure of one that was told as a success before is no further result. */
  add(now: number, failures: 0 | 1, results: 0 | 1): void {
    const bucket = this.advance(now);
    this.failures[bucket] = (this.failures[bucket] as number) + failures;
    this.results[bucket] = (this.results[bucket] as number) + results;
    this.failed += failures;
    this.total += results;
  }

  /** Whether failures are at least this part of the results. */
  reaches(ratio: number, now: number): boolean {
    this.advance(now);
    return this.failed >= ratio * this.total;
  }

  clear(): void {
    this.failures.fill(0);
    this.results.fill(0);
    this.failed = this.total = 0;
  }

  private advance(now: number): number {
    const newest = Math.floor(now / this.width);
    if (newest - this.newest >= BUCKETS) this.clear();
    else {
      for (let number = this.newest + 1; number <= newest; number++) {
        const bucket = number % BUCKETS;
        this.failed -= this.failures[bucket] as number;
        this.total -= this.results[bucket] as number;
        this.failures[bucket] = this.results[bucket] = 0;
      }
    }
    this.newest = newest;
    return newest % BUCKETS;
  }
}
