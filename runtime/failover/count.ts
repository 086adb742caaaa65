import { FAULTS, type AttemptOutcome } from "./failure";
import type { FailoverPolicy } from "./policy";
import { criterionOf } from "./status";

/** These say that a request or a key is wrong, not that the target is down. */
const NEVER_COUNTED: ReadonlySet<number> = new Set([403, 404]);

/** What an attempt's end says of its target to the circuit breaker. */
export type BreakerVerdict = "succeeded" | "failed" | "released";

/**
 * How an attempt counts: by whose fault its failure is. A client that went away says nothing of the target.
 * @param deadlineShare part of the deadline that the target itself took, 0…1: time in which it was held back for a slow client is not its own
 * @param held the target was held back for a slow client when it failed: a connection that breaks then may have been given up for that
 */
export function breakerVerdict(
  outcome: AttemptOutcome,
  status: number,
  deadlineShare: number,
  policy: FailoverPolicy,
  held = false,
): BreakerVerdict {
  if (outcome === "ok") return "succeeded";
  if (outcome === "client_gone" || (held && outcome === "cut")) return "released";
  switch (FAULTS[outcome]) {
    case "target":
      return "failed";
    case "time":
      return deadlineShare > 0.5 ? "failed" : "released";
    case "listed":
      return !NEVER_COUNTED.has(status) && (policy.criteria as ReadonlySet<string>).has(criterionOf(status)) ? "failed" : "released";
    case "client":
    case "gateway":
      return "released";
  }
}
