import type { FailoverPolicy } from "../../../runtime/failover/policy";
import type { Choice } from "../../../runtime/balancers/balancer";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import type { Breaker } from "../../../runtime/targets/breaker";
import { TargetState } from "../../../runtime/targets/state";

/** How a target stands. */
export interface Standing {
  /** Its circuit is open. */
  readonly out?: boolean;
  /** Milliseconds for which its provider asked not to be called. */
  readonly restMs?: number;
}

/** A target of which only what failover looks at is there. */
export function targetOf(index: number, { out = false, restMs = 0 }: Standing, now: number): TargetPlan {
  const state = new TargetState(`id-${index}`, { isOut: () => out } as unknown as Breaker);
  state.restingUntil = restMs === 0 ? 0 : now + restMs;
  return { index, label: "ABCDEFGH"[index], state } as unknown as TargetPlan;
}

/** A choice among targets in their order. */
export const choiceOf = (targets: readonly TargetPlan[]): Choice => ({
  target: targets[0]!,
  next: (leftOut) => targets.find((target) => !leftOut(target)),
});

export const policyOf = (more: Partial<FailoverPolicy> = {}): FailoverPolicy => ({
  criteria: new Set(["error", "timeout", "non_idempotent", "http_429", "http_500"]),
  retries: 9,
  sameTarget: undefined,
  onContextLength: false,
  resume: "off",
  deadlineMs: Infinity,
  ...more,
});
