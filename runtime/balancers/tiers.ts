import type { Balancer, CandidateSet, Choice, ChoiceRequest, LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import type { TargetState } from "../targets/state";
import { SmoothCycle } from "./smooth-cycle";

/** Sets remembered over reloads: those of aliases and names, and the 256 that templates may make. */
const MAX_REMEMBERED_SETS = 1024;

/** Failovers counted before the count begins anew; beyond it the fraction of its golden multiple would lose digits. */
const MAX_TICKETS = 1_000_000;

/** Targets among which requests go round, each with its weight in that round. */
export interface Tier {
  readonly targets: readonly TargetPlan[];
  readonly weights: readonly number[];
}

/** Where a target sits in the cycle that it was last in. */
interface Seat {
  readonly cycle: SmoothCycle;
  readonly index: number;
}

/** The next targets come from the best tier that has any; the cycles stay as they are. */
class TieredChoice implements Choice {
  private ticket = -1;

  constructor(
    readonly target: TargetPlan,
    private readonly balancer: TieredBalancer,
    private readonly cycles: readonly SmoothCycle[],
  ) {}

  next(leftOut: LeftOut): TargetPlan | undefined {
    if (this.ticket < 0) this.ticket = this.balancer.ticket();
    for (const cycle of this.cycles) {
      const next = cycle.spread(this.ticket, leftOut);
      if (next !== undefined) return next;
    }
    return undefined;
  }
}

/**
 * Round robin in tiers: a tier gets requests only when all of the tiers before it are left out. Each candidate set has cycles of its own; their credits
 * survive a reload, counted in requests that a target is owed, as weights may be others then.
 */
export abstract class TieredBalancer implements Balancer {
  private readonly bySet = new WeakMap<CandidateSet, readonly SmoothCycle[]>();
  /** By the set's key; sets of different surfaces share keys, but never targets. */
  private readonly seats = new Map<string, WeakMap<TargetState, Seat>>();
  private failovers = 0;

  /** Divides a set, best tier first. */
  protected abstract tiers(targets: readonly TargetPlan[]): readonly Tier[];

  choose(candidates: CandidateSet, _request: ChoiceRequest, leftOut: LeftOut | undefined): Choice | undefined {
    const cycles = this.bySet.get(candidates) ?? this.enter(candidates);
    for (const cycle of cycles) {
      const target = cycle.advance(leftOut);
      if (target !== undefined) return new TieredChoice(target, this, cycles);
    }
    return undefined;
  }

  started(): void {
    // round robin is blind to load
  }

  finished(): void {
    // round robin is blind to outcomes
  }

  /** `owed_requests`: how many requests the target is behind its share (negative: ahead of it), over all candidate sets it is in. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    let owed = 0;
    for (const seats of this.seats.values()) owed += owedTo(seats.get(state));
    return { owed_requests: owed };
  }

  /** A number for the failovers of one exchange. */
  ticket(): number {
    if (this.failovers >= MAX_TICKETS) this.failovers = 0;
    return this.failovers++;
  }

  private enter(candidates: CandidateSet): readonly SmoothCycle[] {
    const { key, targets } = candidates;
    const seats = this.seats.get(key) ?? new WeakMap<TargetState, Seat>();
    const cycles = this.tiers(targets).map((tier) => {
      const cycle = new SmoothCycle(
        tier.targets,
        tier.weights,
        tier.targets.map(({ state }) => owedTo(seats.get(state))),
      );
      tier.targets.forEach(({ state }, index) => seats.set(state, { cycle, index }));
      return cycle;
    });
    // put in anew, so that the first key is the one that was made longest ago
    this.seats.delete(key);
    this.seats.set(key, seats);
    if (this.seats.size > MAX_REMEMBERED_SETS) {
      const [oldest] = this.seats.keys();
      if (oldest !== undefined) this.seats.delete(oldest);
    }
    this.bySet.set(candidates, cycles);
    return cycles;
  }
}

const owedTo = (seat: Seat | undefined): number => (seat === undefined ? 0 : (seat.cycle.credit[seat.index] as number) / seat.cycle.total);
