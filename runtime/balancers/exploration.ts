import type { LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";

/** Requests of which one explores: 10 % in all, but 5 % where there is only one target to explore. */
const BLOCK = 10;
const BLOCK_OF_TWO = 20;

/**
 * Sends a fixed part of the requests to targets that are not the best, all in turn, so that one that became faster is noticed. Exactly one request of a
 * block explores, at a random place in it: chance alone would now and then take more, and a fixed place would follow the rhythm of a client.
 */
export class Exploration {
  private readonly block: number;
  private position = 0;
  private explores: number;
  private cursor = 0;

  constructor(
    private readonly targets: readonly TargetPlan[],
    private readonly random: () => number,
  ) {
    this.block = targets.length > 2 ? BLOCK : BLOCK_OF_TWO;
    this.explores = this.draw();
  }

  /** Counts a request; the index of the target that it explores, or `best`. */
  next(best: number, leftOut: LeftOut | undefined): number {
    const explores = this.position === this.explores;
    if (++this.position === this.block) {
      this.position = 0;
      this.explores = this.draw();
    }
    return explores ? this.other(best, leftOut) : best;
  }

  private draw(): number {
    return Math.floor(this.random() * this.block);
  }

  private other(best: number, leftOut: LeftOut | undefined): number {
    const { targets } = this;
    for (let tried = 0; tried < targets.length; tried++) {
      const index = this.cursor;
      this.cursor = index + 1 === targets.length ? 0 : index + 1;
      if (index !== best && leftOut?.(targets[index] as TargetPlan) !== true) return index;
    }
    return best;
  }
}
