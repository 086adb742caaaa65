import type { Balancer, CandidateSet } from "../interfaces";
import type { TargetPlan } from "../interfaces";

interface Cycle {
  /** What each target has saved up; the sum of all is zero between picks. */
  readonly credit: number[];
  readonly total: number;
}

/**
 * Smooth weighted round robin: every target earns its weight, the richest is picked and pays the sum of all weights. Shares are exact over a
 * cycle of as many picks as the weights add up to, and a heavy target's picks are spread over the cycle instead of coming in a burst.
 * One state per candidate set (semantics.md 9).
 */
export class RoundRobin implements Balancer {
  private readonly cycles = new WeakMap<CandidateSet, Cycle>();

  choose(candidates: CandidateSet): TargetPlan {
    const { targets } = candidates;
    let cycle = this.cycles.get(candidates);
    if (cycle === undefined) {
      cycle = { credit: targets.map(() => 0), total: targets.reduce((sum, target) => sum + target.weight, 0) };
      this.cycles.set(candidates, cycle);
    }
    const { credit } = cycle;
    let best = 0;
    let most = -Infinity;
    for (let index = 0; index < targets.length; index++) {
      const earned = (credit[index] ?? 0) + (targets[index]?.weight ?? 0);
      credit[index] = earned;
      if (earned > most) {
        most = earned;
        best = index;
      }
    }
    credit[best] = most - cycle.total;
    const chosen = targets[best];
    if (chosen === undefined) throw new RangeError("a candidate set must have at least one target");
    return chosen;
  }

  started(): void {
    // round robin is blind to load
  }

  finished(): void {
    // round robin is blind to outcomes
  }
}
