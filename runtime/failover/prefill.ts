import type { TargetPlan } from "../targets/target-plan";
import type { Decision } from "./decide";
import { OWN_ENDINGS } from "./failure";
import type { FailedAttempt, History } from "./history";
import type { FailoverPolicy } from "./policy";

/** Whether a target is given the text so far to go on with: a stream broke, the policy says so, and the target has not refused it. */
export const isPrefilled = ({ resume, spent }: History, target: TargetPlan, policy: FailoverPolicy): boolean =>
  resume !== undefined && policy.resume === "prefill" && target.service.traits.prefill && !spent.includes(target);

/** Whether an attempt failed as the target refused the text so far, by its status (docs/behaviour.md "Failover"). */
export const isPrefillRefused = (history: History, { target, outcome, status }: FailedAttempt, policy: FailoverPolicy): boolean =>
  status >= 400 && status < 500 && status !== 429 && !OWN_ENDINGS.has(outcome) && isPrefilled(history, target, policy);

/** The target is asked again, at once and without the text so far. */
export const WITHOUT_PREFILL: Decision = { action: "same_target", waitMs: 0 };
