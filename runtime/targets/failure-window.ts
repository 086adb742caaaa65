/** Entries that may be outdated before the list is made shorter. */
const SLACK = 64;

/** The times of the last failures: as many as can matter, which is `maxFails`; the memory grows with those that occur. */
export class FailureWindow {
  private times: number[] = [];
  /** Entries before this one are outdated. */
  private head = 0;

  /** Adds a failure at `now`, and returns how many of the last `span` milliseconds are known; never more than `most`. */
  add(now: number, span: number, most: number): number {
    this.times.push(now);
    return this.count(now, span, most);
  }

  /** Failures of the last `span` milliseconds, `most` at most. */
  count(now: number, span: number, most: number): number {
    const { times } = this;
    this.head = Math.max(this.head, times.length - most);
    while (this.head < times.length && now - (times[this.head] as number) >= span) this.head++;
    if (this.head >= SLACK && this.head * 2 >= times.length) {
      times.splice(0, this.head);
      this.head = 0;
    }
    return times.length - this.head;
  }

  clear(): void {
    this.times = [];
    this.head = 0;
  }
}
