import type { Outcome } from "../balancers/balancer";
import { costOf } from "./cost";
import type { AttemptEntry } from "./entry";

/** An attempt whose credential was refused and renewed says as little of its target as one whose client went away. */
const kindOf = ({ outcome, next }: AttemptEntry): Outcome["kind"] => {
  if (outcome === "ok" || outcome === "client_gone") return outcome;
  return next === "new_credential" ? "client_gone" : "failed";
};

/** How an attempt ended, for balancers. */
export const outcomeOf = (entry: AttemptEntry): Outcome => ({
  kind: kindOf(entry),
  milliseconds: entry.latencyMs,
  firstTokenMs: entry.firstTokenMs,
  usage: entry.usage,
  cost: entry.usage === undefined ? 0 : costOf(entry.usage, entry.target.prices),
});
