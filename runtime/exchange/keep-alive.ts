import { QueuedWait } from "../attempt/queued-wait";
import type { WaitQueues } from "../attempt/wait-queues";
import type { ClientSide } from "../client/client-side";
import type { Clock } from "../clock";
import type { RoutePlan } from "../snapshot/route-plan";
import { isStreamed, type Asked } from "./prepare-call";

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
export class KeepAlive extends QueuedWait {
  constructor(
    private readonly owner: KeepAliveOwner,
    private readonly periodMs: number,
    /** In the client's dialect. */
    private readonly comment: Buffer,
  ) {
    super(owner.clock, owner.waits);
  }

  /** @param now on the owner's clock */
  start(now: number): void {
    this.owner.client.wroteAt = now;
    this.wait(this.periodMs, now);
  }

  stop(): void {
    this.leave();
  }

  protected override looked(now: number): void {
    try {
      const { client } = this.owner;
      const left = client.wroteAt + this.periodMs - now;
      if (left >= 1) {
        this.waitRest(left);
        return;
      }
      client.keepAlive(this.comment);
      client.wroteAt = now;
      this.wait(this.periodMs, now);
    } catch (cause) {
      this.owner.crashed(cause, true);
    }
  }
}

/** Keeps a stream alive; undefined if the client gets no stream, or does not want it kept alive. */
export function keepAliveOf(owner: KeepAliveOwner, plan: RoutePlan, asked: Asked): KeepAlive | undefined {
  const { texts } = asked.surface;
  if (texts === undefined || plan.keepAliveMs === 0 || !isStreamed(asked, plan)) return undefined;
  return new KeepAlive(owner, plan.keepAliveMs, texts.keepAlive);
}
