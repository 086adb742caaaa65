import type { AiConfig } from "../../config/configuration";
import type { FailoverCriterion, ResumeStreams, SameTargetOutcome } from "../../config/types.generated";

/** When a failed attempt is followed by another one: the part of a plugin's configuration that decides it, compiled. */
export interface FailoverPolicy {
  /** Kong `balancer.failover_criteria`. */
  readonly criteria: ReadonlySet<FailoverCriterion>;
  /** Attempts that may follow the first. Kong `balancer.retries`. */
  readonly retries: number;
  /** `extensions.same_target`; undefined = off. */
  readonly sameTarget: SameTargetPolicy | undefined;
  /** `extensions.failover_on` holds `context_length`. */
  readonly onContextLength: boolean;
  /** `extensions.resume_streams`. */
  readonly resume: ResumeStreams;
  /** `extensions.deadline` in milliseconds; Infinity = none. */
  readonly deadlineMs: number;
}

/** `extensions.same_target`, compiled. */
export interface SameTargetPolicy {
  readonly retries: number;
  readonly on: ReadonlySet<SameTargetOutcome>;
  readonly maxWaitMs: number;
}

/** The policy of a plugin's configuration. */
export function failoverPolicy({ balancer, extensions }: AiConfig): FailoverPolicy {
  const { same_target: same } = extensions;
  return {
    criteria: new Set(balancer.failover_criteria),
    retries: balancer.retries,
    sameTarget: same && { retries: same.retries, on: new Set(same.on), maxWaitMs: same.max_wait_ms },
    onContextLength: extensions.failover_on.includes("context_length"),
    resume: extensions.resume_streams,
    deadlineMs: extensions.deadline ?? Infinity,
  };
}
