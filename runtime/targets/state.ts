import type { Breaker } from "./breaker";

/**
 * What is known of a target from its traffic, and lives longer than a configuration: a reload that leaves the target as it is keeps this object
 * (docs/behaviour.md "Balancing"). The gateway process alone writes it; balancers keep what they learn in a WeakMap by this object.
 */
export class TargetState {
  /** Attempts under way, those included that wait for a connection. */
  inFlight = 0;
  /** Of these, attempts that wait for a connection. */
  waiting = 0;
  /** Until when the provider asked not to be called (`Retry-After`), on the gateway's clock; 0 = not at all. */
  restingUntil = 0;

  constructor(
    /** Hash of provider, route type, model, endpoint options and auth reference, with an ordinal among equals; hexadecimal. */
    readonly id: string,
    readonly breaker: Breaker,
  ) {}
}
