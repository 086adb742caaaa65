import type { Manner, PrefillForm } from "../codecs/resumption";
import type { ResumeStreams } from "../../config/types.generated";
import type { Decision } from "./decide";
import { OWN_ENDINGS } from "./failure";
import type { FailedAttempt } from "./history";
import type { TargetPlan } from "../targets/target-plan";

/** What the manner depends on in which a target is asked to go on with a stream that broke. */
export interface MannerFacts {
  /** `extensions.resume_streams`. */
  readonly policy: ResumeStreams;
  /** Text that the client has. */
  readonly text: string;
  /** Whether an answer to such a request can be gone on with from its middle. */
  readonly free: boolean;
  /** The target has refused the text so far, or more than that. */
  readonly spent: boolean;
  /** How its provider continues a text; undefined if it does not. */
  readonly prefill: () => PrefillForm | undefined;
}

const RESTART: Manner = { kind: "restart" };
const CONTINUE: Manner = { kind: "continue" };

/** Decides how a target is asked to go on (docs/behaviour.md "Failover"). Pure. */
export function mannerOf({ policy, text, free, spent, prefill }: MannerFacts): Manner {
  const isGiven = policy === "prefill" || policy === "continue";
  // nothing visible has been said: there is nothing to go on with
  if (!isGiven || !free || text.trim() === "") return RESTART;
  const form = spent ? undefined : prefill();
  if (form !== undefined) return { kind: "prefill", form };
  return policy === "continue" ? CONTINUE : RESTART;
}

/**
 * Whether an attempt failed as the target refused the text so far, by its status (docs/behaviour.md "Failover").
 * @param spent targets that would give the same refusal again, with the failure written down
 */
export const isPrefillRefused = (spent: readonly TargetPlan[], { target, outcome, status, resumes }: FailedAttempt): boolean =>
  resumes === "prefill" &&
  status >= 400 &&
  status < 500 &&
  status !== 429 &&
  outcome !== "content_filter" &&
  !OWN_ENDINGS.has(outcome) &&
  !spent.includes(target);

/** The target is asked again, at once and in another manner. */
export const WITHOUT_PREFILL: Decision = { action: "same_target", waitMs: 0 };
