import type { LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import { hashSeries, hashText } from "./hash";

/** Hash and rank are packed into one number to be sorted; 2^20 ranks and 2^32 hashes fit into the 53 bits of a double. */
const RANKS = 2 ** 20;

const OTHER_SEED = 0x5bd1e995;

/** Points of a target on the ring (docs/behaviour.md "Balancing"): they depend on nothing but its own weight and `balancer.slots`. */
export const pointsOf = (weight: number, slots: number): number => Math.min(Math.max(Math.round((slots * weight) / 10_000), 8), slots);

/**
 * A ketama-like hash ring: each target owns points on a circle of 2^32 places, and a key belongs to the owner of the first point at or behind its own
 * place. A target's points follow from its identity alone, so that the coming and going of others moves no key between those that stay.
 * Takes 8 bytes per point.
 */
export class Ring {
  /** Places of the points, rising. */
  private readonly places: Uint32Array;
  /** Index of each point's target. */
  private readonly owners: Uint32Array;
  /** Per target the walk in which it was last found left out. */
  private readonly passed: Uint32Array;
  private walks = 0;

  /** @param slots `balancer.slots` */
  constructor(
    private readonly targets: readonly TargetPlan[],
    slots: number,
  ) {
    // two points in one place are the owner's whose identity is smaller, whatever the order in the configuration
    const order = targets.map((_, index) => index).sort((one, other) => (idAt(targets, one) < idAt(targets, other) ? -1 : 1));
    const sizes = order.map((index) => pointsOf((targets[index] as TargetPlan).weight, slots));
    const packed = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
    let filled = 0;
    order.forEach((index, rank) => {
      const id = idAt(targets, index);
      const [seed, otherSeed] = [hashText(id), hashText(id, OTHER_SEED)];
      for (let point = 0; point < (sizes[rank] as number); point++) packed[filled++] = hashSeries(seed, otherSeed, point) * RANKS + rank;
    });
    packed.sort();
    this.places = new Uint32Array(packed.length);
    this.owners = new Uint32Array(packed.length);
    packed.forEach((value, point) => {
      const place = Math.floor(value / RANKS);
      this.places[point] = place;
      this.owners[point] = order[value - place * RANKS] as number;
    });
    this.passed = new Uint32Array(targets.length);
  }

  get points(): number {
    return this.places.length;
  }

  /** The target that a hash (32 bits, unsigned) belongs to, walking past those that are left out; undefined where all are. */
  find(hash: number, leftOut: LeftOut | undefined): TargetPlan | undefined {
    const point = this.firstFrom(hash);
    const target = this.targets[this.owners[point] as number];
    return leftOut !== undefined && target !== undefined && leftOut(target) ? this.walk(point, leftOut) : target;
  }

  private firstFrom(hash: number): number {
    const { places } = this;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((places[middle] as number) < hash) low = middle + 1;
      else high = middle;
    }
    return low === places.length ? 0 : low;
  }

  /** Asks for no target twice, as it has many points and most of them may have to be passed. */
  private walk(from: number, leftOut: LeftOut): TargetPlan | undefined {
    const { owners, passed, targets } = this;
    this.walks = (this.walks + 1) >>> 0;
    const walk = this.walks;
    let remaining = targets.length;
    for (let point = from; remaining > 0; point = point + 1 === owners.length ? 0 : point + 1) {
      const owner = owners[point] as number;
      if (passed[owner] === walk) continue;
      const target = targets[owner] as TargetPlan;
      if (!leftOut(target)) return target;
      passed[owner] = walk;
      remaining--;
    }
    return undefined;
  }
}

const idAt = (targets: readonly TargetPlan[], index: number): string => (targets[index] as TargetPlan).state.id;
