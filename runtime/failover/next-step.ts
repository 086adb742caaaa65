import type { Choice } from "../balancers/balancer";
import type { TargetPlan } from "../targets/target-plan";
import { isOut } from "./availability";
import { decide, type Decision } from "./decide";
import type { FailureClass } from "./failure";
import type { History } from "./history";
import { nextTarget, type NextTarget } from "./next-target";
import type { FailoverPolicy } from "./policy";

/** A failed attempt, and what bears on it besides the history. */
export interface Failed {
  readonly target: TargetPlan;
  readonly failure: FailureClass;
  /** Status of the answer; 0 if none came. */
  readonly status: number;
  /** What the provider asked to wait, in milliseconds; undefined if it did not. */
  readonly retryAfterMs: number | undefined;
  /** The attempt was the probe of a half-open circuit: its repetition belongs to it, whatever the circuit keeps away. */
  readonly isProbe: boolean;
  /** Whether a part of the request was answered before it failed. */
  readonly partlySent: boolean;
  /** Whether the client's method may be sent twice without harm. */
  readonly idempotent: boolean;
  /** A wait drawn for a repetition, in milliseconds. */
  readonly backOffMs: number;
  /** Whether the plugin's retry budget allows a repetition. */
  readonly budgetLeft: boolean;
  /** Until the deadline; Infinity if there is none. */
  readonly millisecondsLeft: number;
}

/** What follows a failed attempt. */
export interface NextStep {
  readonly decision: Decision;
  /** The target that the decision means; undefined if none is left. */
  readonly target: TargetPlan | undefined;
  /** The history's `roundStart` from now on. */
  readonly roundStart: number;
}

/**
 * Decides what follows a failed attempt, and where.
 * @param history with the failure written down
 * @param choice the exchange's first one
 */
export function nextStep(history: History, failed: Failed, choice: Choice | undefined, now: number, policy: FailoverPolicy): NextStep {
  const next = nextTarget(history, choice, now);
  const decision = decide(
    {
      failure: failed.failure,
      status: failed.status,
      partlySent: failed.partlySent,
      idempotent: failed.idempotent,
      relayed: history.relayed,
      resumable: history.resume !== undefined,
      attempts: history.tried.length,
      sameTargetRepeats: history.sameTargetRepeats,
      movedForLength: history.movedForLength,
      circuitOpen: !failed.isProbe && isOut(failed.target, now),
      untried: next.untried,
      repeatable: next.target !== undefined,
      restMs: next.restMs,
      retryAfterMs: failed.retryAfterMs,
      backOffMs: failed.backOffMs,
      budgetLeft: failed.budgetLeft,
      millisecondsLeft: failed.millisecondsLeft,
    },
    policy,
  );
  return { decision, target: decision.action === "same_target" ? failed.target : next.target, roundStart: next.roundStart };
}

/** What a wait has led to. */
type AfterWait = Pick<NextTarget, "target" | "roundStart">;

/**
 * Which target is asked when the wait before an attempt is over: a circuit that has opened meanwhile wins over what was decided.
 * @param isProbe the attempt belongs to a probe, which its circuit does not keep away
 */
export const afterWait = (history: History, target: TargetPlan, isProbe: boolean, choice: Choice | undefined, now: number): AfterWait =>
  !isProbe && isOut(target, now) ? nextTarget(history, choice, now) : { target, roundStart: history.roundStart };
