import type { Waiter, WaitQueue, WaitQueues } from "../attempt/wait-queues";
import type { ClientSide } from "../client/client-side";
import type { Clock, Timer } from "../clock";
import type { RoutePlan } from "../snapshot/route-plan";
import type { Asked } from "./prepare-call";

/** What hears of a failed keep-alive. */
export interface KeepAliveOwner {
  readonly client: ClientSide;
  readonly clock: Clock;
  readonly waits: WaitQueues;
  /** A mistake of the gateway's own: the exchange itself has to end. */
  crashed(cause: unknown, ended: boolean): void;
}

/**
 * `extensions.stream_keep_alive` of one exchange: a client that has got nothing for so long is sent the head, if it has none, and something that is no
 * event. Most streams end sooner, so that all of them wait in one queue; only what has begun to keep a client waiting has a timer of its own.
 */
export class KeepAlive implements Waiter {
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  lookAt = 0;
  private queue: WaitQueue | undefined = undefined;
  private rest: Timer | undefined = undefined;

  constructor(
    private readonly owner: KeepAliveOwner,
    private readonly periodMs: number,
    /** In the client's dialect. */
    private readonly comment: Buffer,
  ) {}

  /** @param now on the owner's clock */
  start(now: number): void {
    this.owner.client.wroteAt = now;
    this.wait(now);
  }

  look(now: number): void {
    this.queue = undefined;
    try {
      const { client } = this.owner;
      const left = client.wroteAt + this.periodMs - now;
      if (left >= 1) {
        this.rest = this.owner.clock.start(restPassed, left, this);
        return;
      }
      client.keepAlive(this.comment);
      client.wroteAt = now;
      this.wait(now);
    } catch (cause) {
      this.owner.crashed(cause, true);
    }
  }

  restPassed(): void {
    this.rest = undefined;
    this.look(this.owner.clock.now());
  }

  stop(): void {
    this.queue?.remove(this);
    this.queue = undefined;
    if (this.rest !== undefined) this.owner.clock.cancel(this.rest);
    this.rest = undefined;
  }

  private wait(now: number): void {
    this.queue = this.owner.waits.of(this.periodMs);
    this.queue.add(this, now);
  }
}

/** Keeps a stream alive; undefined if the client gets no stream, or does not want it kept alive. */
export function keepAliveOf(owner: KeepAliveOwner, plan: RoutePlan, { ask, surface }: Asked): KeepAlive | undefined {
  const { streams, texts } = surface;
  const isStream = streams && (ask.stream || plan.responseStreaming === "always");
  if (!isStream || texts === undefined || plan.keepAliveMs === 0) return undefined;
  return new KeepAlive(owner, plan.keepAliveMs, texts.keepAlive);
}

const restPassed = (keepAlive: KeepAlive): void => keepAlive.restPassed();
