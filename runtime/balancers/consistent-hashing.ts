import type { Algorithm } from "./algorithm";
import type { Balancer, BalancerOptions, CandidateSet, Choice, ChoiceRequest, LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import { hashText } from "./hash";
import { pointsOf, Ring } from "./ring";

/** Points of all rings kept, 8 bytes each; above it the rings built longest ago are dropped, and built again when their set is asked for. */
const MAX_POINTS = 4_000_000;

interface Built {
  /** Weak, as the sets of a configuration that was replaced are not asked for again. */
  readonly set: WeakRef<CandidateSet>;
  readonly points: number;
}

/** The next target is the owner of the next point on the ring. */
class HashChoice implements Choice {
  constructor(
    readonly target: TargetPlan,
    private readonly ring: Ring,
    private readonly hash: number,
  ) {}

  next(leftOut: LeftOut): TargetPlan | undefined {
    return this.ring.find(this.hash, leftOut);
  }
}

/**
 * `consistent-hashing`: equal values of a request header go to the same target (docs/behaviour.md "Balancing"); a request without the header goes where its id is
 * hashed to, which spreads such requests. Adding or removing one of n targets moves about 1/n of the values.
 */
export class ConsistentHashing implements Balancer {
  private readonly header: string;
  private readonly slots: number;
  private readonly rings = new WeakMap<CandidateSet, Ring>();
  private readonly built: Built[] = [];
  private points = 0;

  /** @param maxPoints points of all rings kept. Default 4,000,000. */
  constructor(
    { settings }: BalancerOptions,
    private readonly maxPoints: number = MAX_POINTS,
  ) {
    this.header = settings.hash_on_header;
    this.slots = settings.slots;
  }

  choose(candidates: CandidateSet, request: ChoiceRequest, leftOut: LeftOut | undefined): Choice | undefined {
    const ring = this.rings.get(candidates) ?? this.build(candidates);
    const value = request.header(this.header);
    const hash = hashText(value === undefined || value === "" ? request.requestId : value);
    const target = ring.find(hash, leftOut);
    return target && new HashChoice(target, ring, hash);
  }

  started(): void {
    // a key's place does not depend on load
  }

  finished(): void {
    // nor on outcomes
  }

  /** `points`: the target's points on the ring. */
  figures({ weight }: TargetPlan): Readonly<Record<string, number>> {
    return { points: pointsOf(weight, this.slots) };
  }

  /** Points of all rings that are kept. */
  get keptPoints(): number {
    return this.points;
  }

  private build(candidates: CandidateSet): Ring {
    const ring = new Ring(candidates.targets, this.slots);
    this.rings.set(candidates, ring);
    this.built.push({ set: new WeakRef(candidates), points: ring.points });
    this.points += ring.points;
    while (this.points > this.maxPoints && this.built.length > 1) this.dropOldest();
    return ring;
  }

  private dropOldest(): void {
    const oldest = this.built.shift();
    const set = oldest?.set.deref();
    if (set !== undefined) this.rings.delete(set);
    this.points -= oldest?.points ?? 0;
  }
}

export const consistentHashing: Algorithm = {
  name: "consistent-hashing",
  settings: ["hash_on_header", "slots"],
  nature: "the same header value reaches the same target",
  division: { kind: "weight", word: "share of keys" },
  create: (options) => new ConsistentHashing(options),
};
