import type { Clock, Timer } from "../clock";
import { LinkedList, type Linked } from "../linked-list";

/** Somebody who waits with a limit; the links and times belong to the queue. */
export interface Waiter extends Linked<Waiter> {
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
  private readonly waiters = new LinkedList<Waiter>();
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    readonly limitMs: number,
  ) {}

  add(waiter: Waiter, now: number): void {
    waiter.lookAt = now + this.limitMs;
    this.waiters.add(waiter);
    this.timer ??= this.clock.start(lookThrough, this.limitMs, this);
  }

  /** The waiter must be in the queue. */
  remove(waiter: Waiter): void {
    this.waiters.remove(waiter);
    if (this.waiters.size > 0 || this.timer === undefined) return;
    this.clock.cancel(this.timer);
    this.timer = undefined;
  }

  lookThrough(): void {
    this.timer = undefined;
    const now = this.clock.now();
    const { waiters } = this;
    for (let { oldest } = waiters; oldest !== undefined && oldest.lookAt - now < 1; oldest = waiters.oldest) {
      this.remove(oldest);
      oldest.look(now);
    }
    // whoever was told may have added somebody, and with it a timer
    if (waiters.oldest !== undefined) this.timer ??= this.clock.start(lookThrough, Math.max(1, waiters.oldest.lookAt - now), this);
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
