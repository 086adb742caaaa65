import type { Choice, LeftOut } from "../balancers/balancer";
import type { TargetPlan } from "../targets/target-plan";
import { isOut, restMs, rests } from "./availability";
import { LONGEST_REST_MS } from "./decide";
import type { History } from "./history";

/** The target that would come next, and what the decision needs to know of it. */
export interface NextTarget {
  /** Undefined if none is left. */
  readonly target: TargetPlan | undefined;
  /** Whether this exchange has not asked it yet. */
  readonly untried: boolean;
  /** For how long its provider asked not to be called, in milliseconds; 0 if it did not. */
  readonly restMs: number;
  /** The history's `roundStart` from now on. */
  readonly roundStart: number;
}

/**
 * The algorithm's next target: one that was not tried and does not rest, else one that was not tried, else one that was, but never one with an open circuit.
 * Nothing changes but what choice and circuits keep of being asked.
 * @param choice undefined if no target was chosen yet: then there is no next one
 */
export function nextTarget({ tried, spent, roundStart }: History, choice: Choice | undefined, now: number): NextTarget {
  const choose = (leftOut: LeftOut): TargetPlan | undefined => choice?.next((target) => isOut(target, now) || leftOut(target));
  const inRound =
    choose((one) => tried.includes(one) || rests(one, now)) ??
    choose((one) => tried.includes(one) || restMs(one, now) > LONGEST_REST_MS) ??
    choose((one) => tried.includes(one, roundStart) || spent.includes(one) || rests(one, now));
  // if all have had their turn they may have another one
  const target =
    inRound ??
    choose((one) => spent.includes(one) || rests(one, now)) ??
    choose((one) => tried.includes(one)) ??
    choose((one) => spent.includes(one));
  return {
    target,
    untried: target !== undefined && !tried.includes(target),
    restMs: target === undefined ? 0 : restMs(target, now),
    roundStart: inRound === undefined ? tried.length : roundStart,
  };
}
