import type { Breaker, BreakerPhase, BreakerSettings, BreakerTicket } from "./breaker";
import { FailureWindow } from "./failure-window";
import { ResultWindow } from "./result-window";

/**
 * A probe that has not reported for this long, in milliseconds, no longer keeps others away. Every attempt tells its end, as it has timers of its own;
 * this is for a fault of ours, which must not take a target out for ever. Its result is ignored when it comes after all.
 */
export const PROBE_LIMIT_MS = 600_000;

/** Told of what other processes need to know too (`extensions.shared_state`). */
export interface BreakerWatcher {
  /** A result was counted. */
  counted(isFailure: boolean, isResult: boolean): void;
  /** The circuit changed by what this process saw. */
  changed(from: BreakerPhase, to: BreakerPhase): void;
}

/** A ticket with what the breaker itself remembers of the attempt. */
interface Ticket extends BreakerTicket {
  /** Whether the attempt was counted as a success. */
  hasSucceeded: boolean;
  /** When it began; only a probe's is asked for. */
  readonly since: number;
}

const ticketOf = (generation: number, probe: boolean, since: number): Ticket => ({ generation, probe, since, hasSucceeded: false });

/**
 * A circuit breaker over the results that this process sees. Failures within the last `failTimeout` that reach `maxFails` open it; where
 * `minFailureRatio` is set they must also be that part of all results in the window.
 */
export class CircuitBreaker implements Breaker {
  onChange: ((from: BreakerPhase, to: BreakerPhase) => void) | undefined;
  private state: BreakerPhase = "closed";
  /** Openings so far. */
  private generation = 0;
  private openedAt = 0;
  private probe: Ticket | undefined;
  /** Until when another process's probe is taken to be under way. */
  private probedElsewhereUntil = 0;
  private wantedAt = -Infinity;
  private readonly failures = new FailureWindow();
  /** Undefined unless a ratio is set. */
  private results: ResultWindow | undefined;
  /** Given to every attempt while only failures are counted, as such a ticket has nothing to remember. */
  private plain = ticketOf(0, false, 0);

  constructor(
    private current: BreakerSettings,
    private readonly watcher?: BreakerWatcher,
  ) {
    if (current.minFailureRatio !== undefined) this.results = new ResultWindow(current.failTimeout);
  }

  get settings(): BreakerSettings {
    return this.current;
  }

  /**
   * What was counted stays, unless a ratio is set and it or the window is a new one: results are then counted from now on, and failures with them, as
   * these would otherwise be compared with too few results. With `maxFails` 0 an open circuit closes at once.
   */
  set settings(settings: BreakerSettings) {
    const { failTimeout, minFailureRatio } = this.current;
    this.current = settings;
    if (settings.minFailureRatio === undefined) this.results = undefined;
    else if (settings.minFailureRatio !== minFailureRatio || settings.failTimeout !== failTimeout) {
      this.results = new ResultWindow(settings.failTimeout);
      this.failures.clear();
    }
    if (settings.maxFails === 0 && this.state !== "closed") this.move("closed");
  }

  phase(now: number): BreakerPhase {
    return this.state === "open" && now - this.openedAt >= this.current.failTimeout ? "half-open" : this.state;
  }

  isOut(now: number): boolean {
    if (this.state === "closed") return false;
    this.wantedAt = now;
    return !this.mayProbe(now);
  }

  opensAgainAt(now: number): number {
    return this.state === "open" ? Math.max(now, this.openedAt + this.current.failTimeout) : now;
  }

  failuresInWindow(now: number): number {
    return this.state === "closed" ? this.failures.count(now, this.current.failTimeout, this.current.maxFails) : 0;
  }

  begin(now: number): BreakerTicket {
    if (this.state === "closed") return this.results === undefined ? this.plain : ticketOf(this.generation, false, now);
    if (!this.mayProbe(now)) return ticketOf(this.generation, false, now);
    const probe = (this.probe = ticketOf(this.generation, true, now));
    if (this.state === "open") this.move("half-open");
    return probe;
  }

  succeeded(ticket: BreakerTicket, now: number): void {
    if (ticket === this.probe) this.move("closed");
    else if (this.results !== undefined && this.counts(ticket) && !(ticket as Ticket).hasSucceeded) {
      // the plain ticket of an attempt that began before a ratio was set is shared by many
      if (ticket !== this.plain) (ticket as Ticket).hasSucceeded = true;
      this.results.add(now, 0, 1);
      this.watcher?.counted(false, true);
    }
  }

  failed(ticket: BreakerTicket, now: number): void {
    const { maxFails, failTimeout, minFailureRatio } = this.current;
    if (maxFails === 0) return;
    if (ticket === this.probe) {
      this.open(now);
      return;
    }
    if (!this.counts(ticket)) return;
    const isResult = !(ticket as Ticket).hasSucceeded;
    const count = this.failures.add(now, failTimeout, maxFails);
    this.results?.add(now, 1, isResult ? 1 : 0);
    this.watcher?.counted(true, isResult);
    if (count >= maxFails && (minFailureRatio === undefined || this.results?.reaches(minFailureRatio, now) !== false)) this.open(now);
  }

  released(ticket: BreakerTicket): void {
    if (ticket === this.probe) this.probe = undefined;
  }

  /** When the circuit opened; undefined where it is closed. */
  get openSince(): number | undefined {
    return this.state === "closed" ? undefined : this.openedAt;
  }

  /** When a request last asked whether the target may be called while the circuit was not closed; -Infinity where none did. */
  get lastWantedAt(): number {
    return this.wantedAt;
  }

  /** Whether a probe of this process is under way. */
  isProbing(now: number): boolean {
    return this.probe !== undefined && now - this.probe.since < PROBE_LIMIT_MS;
  }

  /** Another process opened the circuit, or opened it again. A probe of this process goes on where the opening is so old that one may go. */
  openedElsewhere(openedAt: number, now: number): void {
    if (this.current.maxFails === 0) return;
    this.openedAt = openedAt;
    if (this.state === "closed" || (this.state === "half-open" && now - openedAt < this.current.failTimeout)) this.enterOpen(false);
  }

  /** Another process found the target well. */
  closedElsewhere(): void {
    if (this.state !== "closed") this.move("closed", false);
  }

  /** Another process probes the target, until a time at the latest; 0 = none does. */
  probedElsewhere(until: number): void {
    this.probedElsewhereUntil = until;
  }

  private counts({ generation }: BreakerTicket): boolean {
    return this.state === "closed" && generation === this.generation;
  }

  private mayProbe(now: number): boolean {
    if (this.state === "open" && now - this.openedAt < this.current.failTimeout) return false;
    return now >= this.probedElsewhereUntil && !this.isProbing(now);
  }

  private open(now: number): void {
    this.openedAt = now;
    this.enterOpen(true);
  }

  private enterOpen(isOurs: boolean): void {
    this.generation++;
    this.move("open", isOurs);
  }

  private move(to: BreakerPhase, isOurs = true): void {
    const from = this.state;
    this.state = to;
    if (to !== "half-open") {
      this.probe = undefined;
      this.probedElsewhereUntil = 0;
      this.failures.clear();
      this.results?.clear();
      this.plain = ticketOf(this.generation, false, 0);
    }
    if (isOurs) this.watcher?.changed(from, to);
    this.onChange?.(from, to);
  }
}
