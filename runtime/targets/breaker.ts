/** Where a circuit stands: `closed` lets requests through, `open` keeps them away, `half-open` lets one at a time through as a probe. */
export type BreakerPhase = "closed" | "open" | "half-open";

/** Settings of a circuit breaker; times in milliseconds. */
export interface BreakerSettings {
  /** Failures within `failTimeout` that open the circuit; 0 = it never opens. Kong `balancer.max_fails`. */
  readonly maxFails: number;
  /** Window of the failures, and how long an open circuit keeps requests away. Kong `balancer.fail_timeout`. */
  readonly failTimeout: number;
  /** Part of the results in the window that must be failures; undefined = the number alone decides. `extensions.min_failure_ratio`. */
  readonly minFailureRatio: number | undefined;
}

/** What an attempt holds from its start to its end. */
export interface BreakerTicket {
  /** The breaker's count of openings when the attempt began; a result of an earlier count is ignored. */
  readonly generation: number;
  /** Whether the attempt is the probe of a half-open circuit. */
  readonly probe: boolean;
}

/**
 * The circuit breaker of one target at one plugin instance (docs/behaviour.md "Circuit breaker"). Pure: time is given to every call, in milliseconds on a clock that never
 * goes back. Whoever begins an attempt tells its end.
 */
export interface Breaker {
  /** Replaces the settings after a reload; what was counted stays. */
  settings: BreakerSettings;
  /** Where the circuit stands at a time. */
  phase(now: number): BreakerPhase;
  /** Whether no request may go to the target now: open, or half-open with its probe under way. Called for every candidate of a request. */
  isOut(now: number): boolean;
  /** When the next probe may go, for `Retry-After`; `now` where one may, and where nothing can be said as one is under way. */
  opensAgainAt(now: number): number;
  /** Failures that count at this moment, `maxFails` at most; 0 unless the circuit is closed. */
  failuresInWindow(now: number): number;
  /** An attempt begins. */
  begin(now: number): BreakerTicket;
  /** The attempt's first content came, or it ended well; may be told twice of one attempt. Closes a half-open circuit where the attempt is its probe. */
  succeeded(ticket: BreakerTicket, now: number): void;
  /** The attempt failed in a way that counts, be it after its first content. */
  failed(ticket: BreakerTicket, now: number): void;
  /** The attempt ended in a way that says nothing of the target: the client went away, or its own request was at fault. */
  released(ticket: BreakerTicket, now: number): void;
  /** Called after each change of phase, also `open` to `half-open` when a probe begins. */
  onChange: ((from: BreakerPhase, to: BreakerPhase) => void) | undefined;
}

/** A circuit breaker, for people. */
export interface BreakerFacts {
  readonly phase: BreakerPhase;
  readonly failures_in_window: number;
  /** 0 where the circuit is closed or a probe may go. */
  readonly opens_again_in_ms: number;
}

/** What the status page shows of a target's circuit breaker. */
export function breakerFacts(breaker: Breaker, now: number): BreakerFacts {
  return {
    phase: breaker.phase(now),
    failures_in_window: breaker.failuresInWindow(now),
    opens_again_in_ms: Math.ceil(Math.max(0, breaker.opensAgainAt(now) - now)),
  };
}
