import { createHash } from "node:crypto";
import type { UsageShare } from "../balancers/balancer";
import type { BreakerSettings } from "../targets/breaker";
import type { CircuitBreaker } from "../targets/circuit-breaker";
import type { TargetState } from "../targets/state";
import type { SyncReply, SyncRequest } from "./script";
import { TargetLink } from "./target-link";
import { UsageExchange } from "./usage-exchange";

/** Names of the keys of a plugin instance: of its records and of its usage. The braces keep both on one node of a cluster. */
export function keysOf(pluginId: string): readonly [records: string, usage: string] {
  const digest = createHash("sha256").update(pluginId).digest("hex").slice(0, 24);
  return [`signalbox:1:{${digest}}:breakers`, `signalbox:1:{${digest}}:usage`];
}

/** What a plugin instance shares with the same one in other processes. */
export class SharedPlugin {
  readonly keys: readonly [string, string];
  private readonly links = new Map<string, TargetLink>();
  private readonly exchange = new UsageExchange();
  private cursor = "";
  /** Those that `request` asked for news. */
  private asked: readonly TargetLink[] = [];

  /** @param urgent called when others should know of something soon */
  constructor(
    readonly id: string,
    private readonly process: string,
    private readonly urgent: () => void,
  ) {
    this.keys = keysOf(id);
  }

  /** A circuit breaker for a target; asked again for the same one, the newer takes the older's place. */
  breaker(targetId: string, settings: BreakerSettings): CircuitBreaker {
    const link = new TargetLink(targetId, settings, this.urgent);
    this.links.set(targetId, link);
    return link.breaker;
  }

  /** For one balancer. */
  usage(): UsageShare {
    return this.exchange.share();
  }

  /** The targets that are in use from now on, by their identity; all others are forgotten. */
  serve(targets: ReadonlyMap<string, TargetState>): void {
    for (const [id, link] of this.links) {
      if (targets.get(id)?.breaker !== link.breaker) this.links.delete(id);
    }
    this.exchange.serve(targets);
  }

  /** What is to be told now. After it either `replied` or `failed` is called. */
  request(now: number): SyncRequest {
    this.asked = [...this.links.values()];
    return {
      ...{ process: this.process, sender: this.exchange.sender, cursor: this.cursor, usage: this.exchange.take() },
      news: this.asked.map((link) => link.take(now)).filter((news) => news !== undefined),
    };
  }

  replied({ records, cursor, usage }: SyncReply, now: number): void {
    this.cursor = cursor;
    for (const link of this.asked) link.replied(records.get(link.id), now);
    this.exchange.confirmed();
    for (const [sender, text] of usage) this.exchange.heard(sender, text, now);
    this.exchange.sweep(now);
  }

  /** Returns how many failures and amounts of usage others will not hear of. */
  failed(now: number): number {
    return this.asked.reduce((lost, link) => lost + link.failed(), this.exchange.failed(now));
  }
}
