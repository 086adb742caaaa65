import type { Outcome } from "../balancers/balancer";
import { costOf } from "./cost";
import type { AttemptEntry } from "./entry";

/** How an attempt ended, for balancers. */
export const outcomeOf = ({ target, outcome, latencyMs, firstTokenMs, usage }: AttemptEntry): Outcome => ({
  kind: outcome === "ok" || outcome === "client_gone" ? outcome : "failed",
  milliseconds: latencyMs,
  firstTokenMs,
  usage,
  cost: usage === undefined ? 0 : costOf(usage, target.prices),
});
