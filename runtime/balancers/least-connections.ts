import type { Clock } from "../clock";
import type { Balancer, BalancerOptions, CandidateSet, Choice, LeftOut, Outcome, Pick, TargetPlan } from "../interfaces";
import { Groups, least, type Group } from "./group";

/** A failed attempt stays counted this long after its end, so that a target which fails at once is not the idlest of all. Milliseconds. */
const FAILURE_COUNTS_MS = 1000;

/** Queue entries that are done with before the array is shortened. */
const MAX_DRAINED = 1024;

interface Load {
  /** Attempts under way, and failed ones that still count. */
  attempts: number;
  /** The failed ones among them. */
  failed: number;
}

interface Failure {
  readonly load: Load;
  readonly countsUntil: number;
}

/** `least-connections`: the smallest (attempts in flight + 1) / weight, ties broken at random (semantics.md 11). */
export class LeastConnections implements Balancer {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly groups = new Groups<Load>(() => ({ attempts: 0, failed: 0 }));
  /** In the order in which they cease to count; emptied whenever somebody looks, so that no timer is needed. */
  private failures: Failure[] = [];
  private drained = 0;

  constructor({ clock, random }: BalancerOptions) {
    this.clock = clock;
    this.random = random;
  }

  choose(candidates: CandidateSet, _pick: Pick, leftOut: LeftOut | undefined): Choice | undefined {
    const group = this.groups.of(candidates);
    const target = this.least(group, leftOut);
    return target && { target, next: (others) => this.least(group, others) };
  }

  started({ state }: TargetPlan): void {
    this.groups.record(state).attempts++;
  }

  finished({ state }: TargetPlan, { kind }: Outcome): void {
    this.drain();
    const load = this.groups.record(state);
    if (kind === "failed") {
      load.failed++;
      this.failures.push({ load, countsUntil: this.clock.now() + FAILURE_COUNTS_MS });
    } else load.attempts--;
  }

  /** `counted`: attempts that the target is compared by; `failed`: those among them that failed within the last second. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    this.drain();
    const { attempts, failed } = this.groups.record(state);
    return { counted: attempts, failed };
  }

  private least(group: Group<Load>, leftOut: LeftOut | undefined): TargetPlan | undefined {
    this.drain();
    const { records, weights, keys } = group;
    // a quotient, not a product with the inverse: equal ratios must give equal numbers to be ties
    for (let index = 0; index < keys.length; index++) keys[index] = ((records[index] as Load).attempts + 1) / (weights[index] as number);
    return group.targets[least(group, leftOut, this.random)];
  }

  private drain(): void {
    const { failures } = this;
    if (failures.length === 0) return;
    const now = this.clock.now();
    for (let first = failures[this.drained]; first !== undefined && first.countsUntil <= now; first = failures[++this.drained]) {
      first.load.attempts--;
      first.load.failed--;
    }
    if (this.drained === failures.length || this.drained >= MAX_DRAINED) {
      this.failures = failures.slice(this.drained);
      this.drained = 0;
    }
  }
}
