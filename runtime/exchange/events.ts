import type { TargetPlan } from "../targets/target-plan";
import type { AttemptEntry } from "../ledger/entry";
import type { RoutePlan } from "../snapshot/route-plan";

/** Hears what happens to exchanges: metrics, warnings, the judge. None of it may take long or throw. */
export interface ExchangeEvents {
  /** An attempt ended; what was decided about a failure stands in `entry.next`. */
  attemptEnded(plan: RoutePlan, entry: AttemptEntry, requestId: string): void;
  /** A target's provider asked for rest. */
  rested(plan: RoutePlan, target: TargetPlan): void;
  /** A repetition was not made, as the plugin's retry budget is used up. */
  budgetUsed(plan: RoutePlan): void;
}
