import type { Clock, Timer } from "../clock";
import type { Waiter, WaitQueue, WaitQueues } from "./wait-queues";

/**
 * A wait whose beginning moves on again and again: it stays in its queue meanwhile, is looked at once, and has a timer of its own only for what is left
 * then. It fits what nearly always ends before.
 */
export abstract class QueuedWait implements Waiter {
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  lookAt = 0;
  private queue: WaitQueue | undefined = undefined;
  private rest: Timer | undefined = undefined;

  constructor(
    protected readonly clock: Clock,
    private readonly queues: WaitQueues,
  ) {}

  look(now: number): void {
    this.queue = undefined;
    this.looked(now);
  }

  restPassed(): void {
    this.rest = undefined;
    this.looked(this.clock.now());
  }

  /** The time may have passed, or a part of it is left. */
  protected abstract looked(now: number): void;

  /** Begins to wait; it must not wait already. */
  protected wait(milliseconds: number, now: number): void {
    this.queue = this.queues.of(milliseconds);
    this.queue.add(this, now);
  }

  /** Waits for what is left. */
  protected waitRest(milliseconds: number): void {
    this.rest = this.clock.start(restPassed, milliseconds, this);
  }

  /** Waits no longer. */
  protected leave(): void {
    this.queue?.remove(this);
    this.queue = undefined;
    if (this.rest === undefined) return;
    this.clock.cancel(this.rest);
    this.rest = undefined;
  }
}

const restPassed = (wait: QueuedWait): void => wait.restPassed();
