import type { LeftOut } from "../balancers/balancer";
import type { TargetPlan } from "../targets/target-plan";

/** Whether no request may go to a target now, as its circuit is open. */
export const isOut = ({ state }: TargetPlan, now: number): boolean => state.breaker.isOut(now);

/** Whether a target's provider asked not to be called now. */
export const rests = ({ state }: TargetPlan, now: number): boolean => state.restingUntil > now;

/** For how long a target's provider asked not to be called, in milliseconds; 0 if it did not. */
export const restMs = ({ state }: TargetPlan, now: number): number => Math.max(0, state.restingUntil - now);

/** Which targets a first choice leaves out: open circuits, and those that rest unless none would be left. */
export function leftOutAtFirst(targets: readonly TargetPlan[], now: number): LeftOut {
  // a target's wish for rest never empties the set
  const rested = targets.some((target) => !isOut(target, now) && !rests(target, now));
  return (target) => isOut(target, now) || (rested && rests(target, now));
}
