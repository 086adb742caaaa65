import type { Clock, Timer } from "../clock";

/** Somebody who waits with a limit; the links and times belong to the queue. */
export interface Waiter {
  previous: Waiter | undefined;
  next: Waiter | undefined;
  /** When the queue looks at it, on the clock. */
  lookAt: number;
  /** The limit may have passed; it is in no queue any more. */
  look(now: number): void;
}

/**
 * All who wait with the same limit, in the order in which they came, which is the order of their ends. One timer serves them all: a timer for each
 * costs every request more than all decisions about it.
 */
export class WaitQueue {
  private first: Waiter | undefined;
  private last: Waiter | undefined;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    readonly limitMs: number,
  ) {}

  add(waiter: Waiter, now: number): void {
    waiter.lookAt = now + this.limitMs;
    waiter.previous = this.last;
    if (this.last === undefined) this.first = waiter;
    else this.last.next = waiter;
    this.last = waiter;
    this.timer ??= this.clock.start(lookThrough, this.limitMs, this);
  }

  /** The waiter must be in the queue. */
  remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    waiter.previous = waiter.next = undefined;
    if (this.first !== undefined || this.timer === undefined) return;
    this.clock.cancel(this.timer);
    this.timer = undefined;
  }

  lookThrough(): void {
    this.timer = undefined;
    const now = this.clock.now();
    for (let { first } = this; first !== undefined && first.lookAt - now < 1; first = this.first) {
      this.remove(first);
      first.look(now);
    }
    // whoever was told may have added somebody, and with it a timer
    if (this.first !== undefined) this.timer ??= this.clock.start(lookThrough, Math.max(1, this.first.lookAt - now), this);
  }
}

const lookThrough = (queue: WaitQueue): void => queue.lookThrough();

/** Limits that have a queue at most; they come from configurations, and queues in use are kept by those who wait. */
const MAX_QUEUES = 64;

/** The queues of a gateway, by their limits. */
export class WaitQueues {
  private readonly queues = new Map<number, WaitQueue>();

  constructor(private readonly clock: Clock) {}

  of(limitMs: number): WaitQueue {
    let queue = this.queues.get(limitMs);
    if (queue === undefined) {
      if (this.queues.size >= MAX_QUEUES) this.queues.clear();
      queue = new WaitQueue(this.clock, limitMs);
      this.queues.set(limitMs, queue);
    }
    return queue;
  }
}
