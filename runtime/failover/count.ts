import type { AttemptOutcome } from "./failure";
import type { FailoverPolicy } from "./policy";

/** Failures that always count against a target, mid-stream cuts included (docs/behaviour.md "Circuit breaker"). */
const ALWAYS: ReadonlySet<AttemptOutcome> = new Set([
  "connect",
  "write_timeout",
  "read_timeout",
  "first_token_timeout",
  "reset",
  "invalid_header",
  "invalid_answer",
  "cut",
]);

/** These say that a request or a key is wrong, not that the target is down. */
const NEVER_COUNTED: ReadonlySet<number> = new Set([403, 404]);

/** What an attempt's end says of its target to the circuit breaker. */
export type BreakerVerdict = "succeeded" | "failed" | "released";

/**
 * How an attempt counts: failures that are the target's own always, listed `http_*` too; a full queue, a wrong request and a client that went away
 * say nothing. A passed deadline counts where this attempt used up most of it.
 * @param deadlineShare part of the deadline that the attempt took, 0…1
 */
export function breakerVerdict(outcome: AttemptOutcome, status: number, deadlineShare: number, policy: FailoverPolicy): BreakerVerdict {
  if (outcome === "ok") return "succeeded";
  if (ALWAYS.has(outcome)) return "failed";
  if (outcome === "deadline") return deadlineShare > 0.5 ? "failed" : "released";
  if (outcome !== "status" || NEVER_COUNTED.has(status)) return "released";
  return (policy.criteria as ReadonlySet<string>).has(`http_${status}`) ? "failed" : "released";
}
