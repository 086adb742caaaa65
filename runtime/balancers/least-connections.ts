import type { Clock } from "../clock";
import type { Algorithm } from "./algorithm";
import type { Balancer, BalancerOptions, CandidateSet, Choice, ChoiceRequest, LeftOut, Outcome } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import type { TargetState } from "../targets/state";
import { GroupChoice } from "./choice";
import { least, TargetTable, type Group } from "./target-table";

/** A failed attempt stays counted this long after its end, so that a target which fails at once is not the idlest of all. Milliseconds. */
const FAILURE_COUNTS_MS = 1000;

/** Queue entries that are done with before the array is shortened. */
const MAX_DRAINED = 1024;

interface Failure {
  readonly state: TargetState;
  readonly countsUntil: number;
}

/** `least-connections`: the smallest (attempts in flight + 1) / weight, ties broken at random (docs/behaviour.md "Balancing"). */
export class LeastConnections implements Balancer {
  private readonly clock: Clock;
  private readonly random: () => number;
  /** `attempts`: those under way, and failed ones that still count; `failed`: the latter alone. */
  private readonly table = new TargetTable({ attempts: 0, failed: 0 });
  /** In the order in which they cease to count; emptied whenever somebody looks, so that no timer is needed. */
  private failures: Failure[] = [];
  private drained = 0;

  constructor({ clock, random }: BalancerOptions) {
    this.clock = clock;
    this.random = random;
  }

  choose(candidates: CandidateSet, _request: ChoiceRequest, leftOut: LeftOut | undefined): Choice | undefined {
    const group = this.table.group(candidates);
    const target = this.best(group, leftOut);
    return target && new GroupChoice(target, this, group);
  }

  started({ state }: TargetPlan): void {
    this.count(state, 1, 0);
  }

  finished({ state }: TargetPlan, { kind }: Outcome): void {
    this.drain();
    if (kind === "failed") {
      this.count(state, 0, 1);
      this.failures.push({ state, countsUntil: this.clock.now() + FAILURE_COUNTS_MS });
    } else this.count(state, -1, 0);
  }

  /** `counted`: attempts that the target is compared by; `failed`: those among them that failed within the last second. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    this.drain();
    const row = this.table.row(state);
    const { attempts, failed } = this.table.columns;
    return { counted: attempts[row] as number, failed: failed[row] as number };
  }

  best(group: Group, leftOut: LeftOut | undefined): TargetPlan | undefined {
    this.drain();
    const { rows, weights, keys } = group;
    const { attempts } = this.table.columns;
    // a quotient, not a product with the inverse: equal ratios must give equal numbers to be ties
    for (let index = 0; index < keys.length; index++) {
      keys[index] = ((attempts[rows[index] as number] as number) + 1) / (weights[index] as number);
    }
    return group.targets[least(group, leftOut, this.random)];
  }

  private count(state: TargetState, attemptsMore: number, failedMore: number): void {
    const row = this.table.row(state);
    const { attempts, failed } = this.table.columns;
    attempts[row] = (attempts[row] as number) + attemptsMore;
    failed[row] = (failed[row] as number) + failedMore;
  }

  private drain(): void {
    const { failures } = this;
    if (failures.length === 0) return;
    const now = this.clock.now();
    for (let first = failures[this.drained]; first !== undefined && first.countsUntil <= now; first = failures[++this.drained]) {
      this.count(first.state, -1, -1);
    }
    if (this.drained === failures.length || this.drained >= MAX_DRAINED) {
      this.failures = failures.slice(this.drained);
      this.drained = 0;
    }
  }
}

export const leastConnections: Algorithm = {
  name: "least-connections",
  settings: [],
  nature: "fewest open requests for its weight first",
  division: { kind: "weight", word: "share of open requests" },
  create: (options) => new LeastConnections(options),
};
