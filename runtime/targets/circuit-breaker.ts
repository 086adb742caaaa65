import type { Breaker, BreakerPhase, BreakerSettings, BreakerTicket } from "./breaker";

/** Results in the window are counted in so many pieces, for the part of them that are failures. */
const BUCKETS = 10;

/** The latest failures: no more than it takes to open the circuit. */
class FailureTimes {
  private times: number[] = [];
  private oldest = 0;

  /** Notes a failure; true where the last `limit` ones lie within `windowMs`. */
  add(now: number, limit: number, windowMs: number): boolean {
    const { times } = this;
    if (times.length > limit) this.shrink(limit);
    if (this.times.length < limit) this.times.push(now);
    else {
      this.times[this.oldest] = now;
      this.oldest = (this.oldest + 1) % limit;
    }
    const first = this.times[this.oldest] ?? now;
    return this.times.length === limit && now - first < windowMs;
  }

  within(now: number, windowMs: number): number {
    return this.times.filter((time) => now - time < windowMs).length;
  }

  clear(): void {
    this.times = [];
    this.oldest = 0;
  }

  private shrink(limit: number): void {
    const inOrder = [...this.times.slice(this.oldest), ...this.times.slice(0, this.oldest)];
    this.times = inOrder.slice(-limit);
    this.oldest = 0;
  }
}

/** Good and bad results of the window, in pieces. */
class ResultCounts {
  private readonly good = new Float64Array(BUCKETS);
  private readonly bad = new Float64Array(BUCKETS);
  private newest = -1;

  add(now: number, windowMs: number, failed: boolean): void {
    const index = this.advance(now, windowMs);
    const counts = failed ? this.bad : this.good;
    counts[index] = (counts[index] ?? 0) + 1;
  }

  ratio(now: number, windowMs: number): number {
    this.advance(now, windowMs);
    const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);
    const bad = sum(this.bad);
    return bad === 0 ? 0 : bad / (bad + sum(this.good));
  }

  clear(): void {
    this.good.fill(0);
    this.bad.fill(0);
  }

  private advance(now: number, windowMs: number): number {
    const piece = Math.floor((now * BUCKETS) / windowMs);
    if (piece < this.newest || piece - this.newest >= BUCKETS) this.clear();
    else {
      for (let next = this.newest + 1; next <= piece; next++) {
        this.good[next % BUCKETS] = 0;
        this.bad[next % BUCKETS] = 0;
      }
    }
    this.newest = piece;
    return piece % BUCKETS;
  }
}

/** A circuit breaker whose state is this process's own (semantics.md 22). Pure: time is given to every call. */
export class CircuitBreaker implements Breaker {
  onChange: ((from: BreakerPhase, to: BreakerPhase) => void) | undefined;
  private generation = 0;
  /** Until when nothing may go to the target; 0 = the circuit is closed. */
  private openUntil = 0;
  private probing = false;
  private readonly failures = new FailureTimes();
  private readonly results = new ResultCounts();

  constructor(public settings: BreakerSettings) {}

  phase(now: number): BreakerPhase {
    if (this.openUntil === 0) return "closed";
    return this.probing || now >= this.openUntil ? "half-open" : "open";
  }

  isOut(now: number): boolean {
    return this.openUntil !== 0 && (this.probing || now < this.openUntil);
  }

  opensAgainAt(now: number): number {
    return Math.max(now, this.openUntil);
  }

  begin(now: number): BreakerTicket {
    const probe = this.openUntil !== 0 && !this.probing && now >= this.openUntil;
    if (probe) {
      this.probing = true;
      this.onChange?.("open", "half-open");
    }
    return { generation: this.generation, probe };
  }

  succeeded(ticket: BreakerTicket, now: number): void {
    if (ticket.generation !== this.generation) return;
    if (this.openUntil === 0) {
      if (this.settings.minFailureRatio !== undefined) this.results.add(now, this.settings.failTimeout, false);
    } else if (ticket.probe) this.close();
  }

  failed(ticket: BreakerTicket, now: number): void {
    if (ticket.generation !== this.generation) return;
    if (ticket.probe) this.open(now, "half-open");
    else if (this.openUntil === 0) this.count(now);
  }

  released(ticket: BreakerTicket): void {
    if (ticket.generation === this.generation && ticket.probe) this.probing = false;
  }

  /** Opens the circuit until a time, as another process found out; a later time of its own holds. */
  openFor(now: number, until: number): void {
    if (until <= now || until <= this.openUntil) return;
    const from = this.phase(now);
    this.open(now, from === "open" ? undefined : from);
    this.openUntil = until;
  }

  /** Closes the circuit, as another process's probe was answered. */
  close(): void {
    if (this.openUntil === 0) return;
    const from = this.probing ? "half-open" : "open";
    this.generation++;
    this.openUntil = 0;
    this.probing = false;
    this.failures.clear();
    this.results.clear();
    this.onChange?.(from, "closed");
  }

  /** Failures within the window now, for people. */
  failuresInWindow(now: number): number {
    return this.failures.within(now, this.settings.failTimeout);
  }

  private count(now: number): void {
    const { maxFails, failTimeout, minFailureRatio } = this.settings;
    if (maxFails === 0) return;
    if (minFailureRatio !== undefined) this.results.add(now, failTimeout, true);
    const many = this.failures.add(now, maxFails, failTimeout);
    if (many && (minFailureRatio === undefined || this.results.ratio(now, failTimeout) >= minFailureRatio)) this.open(now, "closed");
  }

  private open(now: number, from: BreakerPhase | undefined): void {
    this.generation++;
    this.openUntil = now + this.settings.failTimeout;
    this.probing = false;
    this.failures.clear();
    this.results.clear();
    if (from !== undefined) this.onChange?.(from, "open");
  }
}
