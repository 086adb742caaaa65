import { performance } from "node:perf_hooks";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type { Clock, Timer } from "../../runtime/clock";

/** The loop is at rest after so many turns in a row without an event. */
const QUIET_TURNS = 8;

/** Traffic that never ends must not hold the clock up for ever. */
const MOST_TURNS = 2_000;

/** A whole second, so that dates in HTTP headers, which know no fractions, say what the test means. */
const EPOCH = Date.UTC(2026, 0, 1);

interface VirtualTimer extends Timer {
  due: number;
  /** Timers that are due at the same time run in the order in which they were started. */
  order: number;
  readonly milliseconds: number;
  run(): void;
}

/**
 * A clock that stands still until a test moves it. Whatever a timer sets off (bytes over loopback and back) is done before the clock goes on, so
 * that seconds of waiting take no time and happen in the same order on every machine.
 */
export class VirtualClock implements Clock {
  private time = 0;
  private started = 0;
  private readonly timers = new Set<VirtualTimer>();

  now(): number {
    return this.time;
  }

  date(): number {
    return EPOCH + Math.floor(this.time);
  }

  /** Timers that have been neither run nor cancelled. */
  get pending(): number {
    return this.timers.size;
  }

  start<T>(action: (argument: T) => void, milliseconds: number, argument: T): Timer {
    const timer: VirtualTimer = {
      due: 0,
      order: 0,
      milliseconds,
      run: () => action(argument),
      refresh: () => this.schedule(timer),
    };
    this.schedule(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    this.timers.delete(timer as VirtualTimer);
  }

  /** Moves on by so many milliseconds; timers run in order, each at its own time. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    await this.settle();
    for (let next = this.firstDue(until); next !== undefined; next = this.firstDue(until)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.due);
      next.run();
      await this.settle();
    }
    this.time = until;
    await this.settle();
  }

  /**
   * Moves on step by step until a condition holds.
   * @throws Error where it does not within `limitMs` of this clock
   */
  async advanceUntil(condition: () => boolean, stepMs = 100, limitMs = 600_000): Promise<void> {
    const until = this.time + limitMs;
    for (;;) {
      await this.settle();
      if (condition()) return;
      // what other threads do (unpacking a body) takes real time, of which the loop knows nothing
      await sleep(1);
      await this.settle();
      if (condition()) return;
      if (this.time >= until) throw new Error(`the condition did not come true within ${limitMs} ms of the virtual clock`);
      await this.advance(Math.min(stepMs, until - this.time));
    }
  }

  /** Waits until the event loop has nothing more to do: all that was sent over loopback has arrived and been answered. */
  async settle(): Promise<void> {
    const events = (): number => performance.nodeTiming.uvMetricsInfo.events;
    let before = events();
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS && turns < MOST_TURNS; turns++) {
      await turn();
      const now = events();
      quiet = now === before ? quiet + 1 : 0;
      before = now;
    }
  }

  private schedule(timer: VirtualTimer): VirtualTimer {
    timer.due = this.time + Math.max(0, timer.milliseconds);
    timer.order = this.started++;
    this.timers.add(timer);
    return timer;
  }

  private firstDue(until: number): VirtualTimer | undefined {
    let first: VirtualTimer | undefined;
    for (const timer of this.timers) {
      if (timer.due > until) continue;
      if (first === undefined || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  }
}
