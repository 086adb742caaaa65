import type { Clock } from "../clock";
import type { AttemptEntry } from "../ledger/entry";
import { ruledAs } from "../failover/status";
import { outcomeOf } from "../ledger/outcome";
import type { RoutePlan } from "../snapshot/route-plan";
import type { AttemptResult } from "../attempt/contract";
import type { ExchangeEvents } from "./events";

/** Statuses with which a provider's wish for rest holds for all requests. */
const RESTING: ReadonlySet<number> = new Set([429, 503]);

/** An attempt's end teaches later requests: its target may want rest, and the balancer hears how it did. */
export function teach({ entry, retryAfterMs }: AttemptResult, plan: RoutePlan, events: ExchangeEvents, clock: Clock): void {
  try {
    if (retryAfterMs !== undefined && RESTING.has(ruledAs(entry.status))) rest(entry, clock.now() + retryAfterMs, plan, events);
  } finally {
    plan.state.balancer.finished(entry.target, outcomeOf(entry));
  }
}

function rest({ target }: AttemptEntry, until: number, plan: RoutePlan, events: ExchangeEvents): void {
  target.state.restingUntil = Math.max(target.state.restingUntil, until);
  plan.state.rests(target.state);
  events.rested(plan, target);
}
