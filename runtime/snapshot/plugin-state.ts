import type { Judge } from "../accuracy/judge";
import type { Balancer } from "../balancers/balancer";
import type { Sharing } from "../shared-state/registry";
import type { RetryBudget } from "../targets/retry-budget";
import type { TargetState } from "../targets/state";

/** What a plugin instance has learnt from its traffic. A reload makes a new one of what the old one knows of targets that are still there. */
export class PluginState {
  /** Circuit breakers that are not closed. */
  private troubled = 0;
  /** Until when at least one target rests, on the gateway's clock. */
  private restingUntil = 0;

  constructor(
    readonly targets: ReadonlyMap<string, TargetState>,
    readonly balancer: Balancer,
    readonly budget: RetryBudget,
    /** Scores a sample of the answers; undefined where none is configured. */
    readonly judge: Judge | undefined,
    /** Undefined where state is this process's own. */
    readonly sharing: Sharing | undefined,
  ) {}

  /** All states that have connections: those of the targets, and the judge's. */
  all(): TargetState[] {
    return [...this.targets.values(), ...(this.judge === undefined ? [] : [this.judge.state])];
  }

  /** Whether any target may have to be left out now; nearly always none, and then none is looked at. */
  isTroubled(now: number): boolean {
    return this.troubled > 0 || this.restingUntil > now;
  }

  /** A target's provider asked for rest. */
  rests({ restingUntil }: TargetState): void {
    this.restingUntil = Math.max(this.restingUntil, restingUntil);
  }

  /** Counts anew which targets are in trouble: after a circuit breaker's change, and when the state comes into use. */
  count(now: number): void {
    this.troubled = 0;
    for (const state of this.targets.values()) {
      if (state.breaker.phase(now) !== "closed") this.troubled++;
      this.rests(state);
    }
  }
}
