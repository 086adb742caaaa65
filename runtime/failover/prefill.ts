import type { TargetPlan } from "../interfaces";
import type { Decision } from "./decide";
import type { History } from "./history";
import type { FailoverPolicy } from "./policy";

/** Whether a target is given the text so far to go on with: a stream broke, the policy says so, and the target has not refused it. */
export const isPrefilled = ({ resume, spent }: History, target: TargetPlan, policy: FailoverPolicy): boolean =>
  resume !== undefined && policy.resume === "prefill" && target.provider.prefill && !spent.includes(target);

/** Whether a failed attempt, by its status, means that the target refused the text so far (docs/behaviour.md "Failover"). */
export const isPrefillRefused = (history: History, target: TargetPlan, status: number, policy: FailoverPolicy): boolean =>
  status >= 400 && status < 500 && status !== 429 && isPrefilled(history, target, policy);

/** The target is asked again, at once and without the text so far. */
export const WITHOUT_PREFILL: Decision = { action: "same_target", waitMs: 0 };
