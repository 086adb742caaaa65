import type { LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";

/** Multiples of the golden ratio's fraction fall evenly into 0..1, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Weights are whole numbers, so credits are; what is this near to one was one before it was divided for a reload. */
const NEARLY = 1e-6;

const wholeAgain = (credit: number): number => (Math.abs(credit - Math.round(credit)) < NEARLY ? Math.round(credit) : credit);

/**
 * Smooth weighted round robin: every target earns its weight, the richest is picked and pays what all have earned. Shares are exact over a cycle of as many
 * picks as the weights add up to, and a heavy target's picks are spread over the cycle instead of coming in a burst (docs/behaviour.md "Balancing").
 */
export class SmoothCycle {
  /** What each target has saved up; the sum of all is zero between picks. */
  readonly credit: Float64Array;
  private readonly weights: Float64Array;
  /** Room for which targets are left out of a choice. */
  private readonly out: Uint8Array;
  /** Sum of all weights: the price of a pick while none is left out. */
  readonly total: number;

  /**
   * @param weights in the order of the targets
   * @param owed the requests that each target is owed from before a reload (negative: had too many); 0 for a new one
   */
  constructor(
    readonly targets: readonly TargetPlan[],
    weights: readonly number[],
    owed: readonly number[],
  ) {
    this.weights = Float64Array.from(weights);
    this.out = new Uint8Array(weights.length);
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
    // those who left took credit or debt with them; the rest share it, as only a sum of zero lets a newcomer begin in the middle
    const mean = owed.reduce((sum, each) => sum + each, 0) / owed.length;
    this.credit = Float64Array.from(owed, (each) => wholeAgain((each - mean) * this.total));
  }

  /** The next target; undefined where all are left out. */
  advance(leftOut: LeftOut | undefined): TargetPlan | undefined {
    return leftOut === undefined ? this.turn() : this.turnOfSome(leftOut);
  }

  private turn(): TargetPlan | undefined {
    const { credit, weights } = this;
    let richest = 0;
    let most = -Infinity;
    for (let index = 0; index < credit.length; index++) {
      const earned = (credit[index] as number) + (weights[index] as number);
      credit[index] = earned;
      if (earned > most) {
        most = earned;
        richest = index;
      }
    }
    credit[richest] = most - this.total;
    return this.targets[richest];
  }

  /**
   * Who is left out neither earns nor pays, so that its return brings no burst. The others earn its part too, as the price stays the same: were it less,
   * those whose turns come while others are left out would get more turns than their equals.
   */
  private turnOfSome(leftOut: LeftOut): TargetPlan | undefined {
    const { credit, weights, targets, out } = this;
    let available = 0;
    for (let index = 0; index < out.length; index++) {
      const isOut = leftOut(targets[index] as TargetPlan);
      out[index] = isOut ? 1 : 0;
      if (!isOut) available += weights[index] as number;
    }
    const factor = this.total / available;
    let richest = -1;
    let most = -Infinity;
    for (let index = 0; index < out.length; index++) {
      if (out[index] === 1) continue;
      const earned = (credit[index] as number) + (weights[index] as number) * factor;
      credit[index] = earned;
      if (earned > most) {
        most = earned;
        richest = index;
      }
    }
    if (richest < 0) return undefined;
    credit[richest] = most - this.total;
    return targets[richest];
  }

  /**
   * A target for a failover, which leaves the cycle as it is. The richest would always be the same neighbour of a failing target and get its whole load;
   * by ticket the load is spread over the others by their weights.
   * @param ticket 0, 1, 2, … for one failover after the other
   */
  spread(ticket: number, leftOut: LeftOut): TargetPlan | undefined {
    const available = this.targets.flatMap((target, index) => (leftOut(target) ? [] : [index]));
    const total = available.reduce((sum, index) => sum + (this.weights[index] as number), 0);
    let position = ((ticket * GOLDEN) % 1) * total;
    const chosen = available.find((index) => (position -= this.weights[index] as number) < 0);
    return this.targets[chosen ?? available.at(-1) ?? -1];
  }
}
