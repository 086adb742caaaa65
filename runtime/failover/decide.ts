import type { FailoverCriterion, SameTargetOutcome } from "../../config/types.generated";
import type { FailureClass } from "./failure";
import type { FailoverPolicy } from "./policy";
import { criterionOf } from "./status";

/** What is known when an attempt has failed. Plain data: the decision depends on nothing else. */
export interface FailureFacts {
  readonly failure: FailureClass;
  /** Status of the answer; 0 where none came. */
  readonly status: number;
  /** Whether a part of the request was answered before it failed, if it was made in several calls. */
  readonly partlySent: boolean;
  /** Whether the client's method may be sent twice without harm (all but POST, PATCH, LOCK, as nginx has it). */
  readonly idempotent: boolean;
  /** Whether content has gone to the client. */
  readonly relayed: boolean;
  /** Whether what has gone to the client can be continued by another answer: text alone, and not too much of it. */
  readonly resumable: boolean;
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  /** How often the failed target has been asked again at once in a row. */
  readonly sameTargetRepeats: number;
  /** Whether this exchange moved on for its context length before. */
  readonly movedForLength: boolean;
  /** Whether the failed target's circuit keeps requests away now; it wins over `extensions.same_target`. */
  readonly circuitOpen: boolean;
  /** Whether a target is available that this exchange has not tried. */
  readonly untried: boolean;
  /** Whether a tried one may be tried again. */
  readonly repeatable: boolean;
  /** Milliseconds for which the target that would come next asked not to be called; 0 = it does not. */
  readonly restMs: number;
  /** What the provider asked to wait, in milliseconds; undefined where it did not. */
  readonly retryAfterMs: number | undefined;
  /** A wait drawn for this repetition, in milliseconds. */
  readonly backOffMs: number;
  /** Whether the plugin's retry budget allows a repetition. */
  readonly budgetLeft: boolean;
  /** Until the deadline; Infinity where there is none. */
  readonly millisecondsLeft: number;
}

/** What is done next. */
export type Decision =
  /** The next target that was not tried, after `waitMs` (0 but where all of them rest). */
  | { readonly action: "next_target"; readonly waitMs: number }
  /** A target that was tried, after a wait. */
  | { readonly action: "repeat"; readonly waitMs: number }
  /** The same target again, after a wait. */
  | { readonly action: "same_target"; readonly waitMs: number }
  /** The stream goes on with the next target's answer; what the client has is left out. */
  | { readonly action: "resume"; readonly waitMs: number }
  /** The client gets the provider's answer, or an error of ours. */
  | { readonly action: "answer"; readonly because: Ending }
  /** The client is told inside of its stream. */
  | { readonly action: "break_off"; readonly because: Ending };

/** Why there is no further attempt. */
export type Ending =
  | "deadline"
  | "draining"
  | "retries_used"
  | "not_listed"
  | "already_sent"
  | "no_target_left"
  | "resting_too_long"
  | "budget_used"
  | "content_relayed"
  | "never_repeated";

/** A single target that rests is waited for no longer than this, in milliseconds (docs/behaviour.md "Failover"). */
export const LONGEST_REST_MS = 2_000;

/** Failures before any byte of the request was written: another attempt cannot do anything twice. */
const UNSENT: ReadonlySet<FailureClass> = new Set(["connect", "queue", "credentials"]);

/** Which criteria, of which one must be listed, a failure falls under; none: it never moves on by a criterion. */
const CRITERIA: Readonly<Record<FailureClass, readonly FailoverCriterion[]>> = {
  connect: ["error", "timeout"],
  queue: ["error", "timeout"],
  credentials: ["error"],
  write_timeout: ["timeout"],
  read_timeout: ["timeout"],
  first_token_timeout: ["timeout"],
  deadline: [],
  draining: [],
  reset: ["error"],
  invalid_header: ["invalid_header"],
  status: [],
  context_length: [],
  content_filter: [],
  invalid_answer: ["error"],
  internal: [],
  cut: [],
};

/** Failures that count as `error` for `extensions.same_target`; a silent target is never asked twice. */
const SAME_TARGET_ERRORS: ReadonlySet<FailureClass> = new Set(["connect", "reset", "invalid_header", "invalid_answer"]);

const answer = (because: Ending): Decision => ({ action: "answer", because });

/** Whether a failure of this kind is listed in the criteria; `first_token_timeout` is, as it has a setting of its own. */
export function isListed(failure: FailureClass, status: number, policy: FailoverPolicy): boolean {
  if (failure === "first_token_timeout") return true;
  if (failure === "status") return policy.criteria.has(criterionOf(status) as FailoverCriterion);
  return CRITERIA[failure].some((criterion) => policy.criteria.has(criterion));
}

/** Whether a failure of this kind leaves it open whether the provider has done something. */
export const isSent = (failure: FailureClass): boolean => !UNSENT.has(failure);

/** Whether the provider may have done something that must not be done twice. */
const isSentOnce = ({ failure, partlySent, idempotent }: FailureFacts, { criteria }: FailoverPolicy): boolean =>
  (partlySent || isSent(failure)) && !idempotent && !criteria.has("non_idempotent");

/** A refusal that the same target would give again. */
const isFinal = ({ failure, status }: FailureFacts): boolean => failure === "status" && (status === 403 || status === 404);

/** Decides what follows a failed attempt (docs/behaviour.md "Failover"). Pure. */
export function decide(facts: FailureFacts, policy: FailoverPolicy): Decision {
  if (facts.relayed) return decideStream(facts, policy);
  const { failure } = facts;
  if (failure === "draining") return answer("draining");
  if (failure === "deadline" || facts.millisecondsLeft <= 0) return answer("deadline");
  if (facts.attempts > policy.retries) return answer("retries_used");
  if (failure === "context_length") {
    if (!policy.onContextLength || facts.movedForLength) return answer("not_listed");
    return facts.untried ? afterRest(facts) : answer("no_target_left");
  }
  if (!isListed(failure, facts.status, policy)) return answer("not_listed");
  if (isSentOnce(facts, policy)) return answer("already_sent");
  return sameTarget(facts, policy) ?? (facts.untried ? afterRest(facts) : repeat(facts));
}

/** After content: the stream goes on elsewhere, or it ends with an error inside. */
function decideStream(facts: FailureFacts, policy: FailoverPolicy): Decision {
  const ended = (because: Ending): Decision => ({ action: "break_off", because });
  if (facts.failure === "draining") return ended("draining");
  if (policy.resume === "off" || !facts.resumable || facts.failure === "internal") return ended("content_relayed");
  if (facts.failure === "deadline" || facts.millisecondsLeft <= 0) return ended("deadline");
  // nobody else is asked for what a filter has refused, be it the rest of an answer
  if (facts.failure === "content_filter") return ended("not_listed");
  if (facts.attempts > policy.retries) return ended("retries_used");
  const next = facts.untried ? afterRest(facts) : repeat(facts);
  return next.action === "answer" || next.action === "break_off" ? ended(next.because) : { action: "resume", waitMs: next.waitMs };
}

/** The target that was not tried; at once, but where every such target rests. */
function afterRest(facts: FailureFacts): Decision {
  if (facts.restMs === 0) return { action: "next_target", waitMs: 0 };
  if (facts.restMs > LONGEST_REST_MS) return answer("resting_too_long");
  return facts.restMs < facts.millisecondsLeft ? { action: "next_target", waitMs: facts.restMs } : answer("deadline");
}

function repeat(facts: FailureFacts): Decision {
  // a queue does not get shorter by more waiting behind it: the client hears of it at once
  if (facts.failure === "queue") return answer("no_target_left");
  if (!facts.repeatable) return answer(isFinal(facts) ? "never_repeated" : "no_target_left");
  if (facts.restMs > LONGEST_REST_MS) return answer("resting_too_long");
  if (!facts.budgetLeft) return answer("budget_used");
  const waitMs = Math.max(facts.restMs, facts.backOffMs);
  return waitMs < facts.millisecondsLeft ? { action: "repeat", waitMs } : answer("deadline");
}

function sameTarget(facts: FailureFacts, { sameTarget: same }: FailoverPolicy): Decision | undefined {
  if (same === undefined || facts.circuitOpen || facts.sameTargetRepeats >= same.retries || !facts.budgetLeft) return undefined;
  const outcome = SAME_TARGET_ERRORS.has(facts.failure) ? "error" : facts.failure === "status" ? criterionOf(facts.status) : undefined;
  if (outcome === undefined || !same.on.has(outcome as SameTargetOutcome)) return undefined;
  const waitMs = facts.retryAfterMs ?? facts.backOffMs;
  if (waitMs >= facts.millisecondsLeft || (facts.retryAfterMs !== undefined && waitMs > same.maxWaitMs)) return undefined;
  return { action: "same_target", waitMs };
}

/** Methods that are not sent twice unless `non_idempotent` is listed. Source: nginx `proxy_next_upstream`. */
const NON_IDEMPOTENT: ReadonlySet<string> = new Set(["POST", "PATCH", "LOCK"]);

/** Whether sending a request with this method twice does no harm. */
export const isIdempotent = (method: string | undefined): boolean => !NON_IDEMPOTENT.has(method ?? "GET");
