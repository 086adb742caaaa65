import type { CandidateSet, LeftOut, TargetPlan } from "../interfaces";
import type { TargetState } from "../targets/state";

/** A candidate set with what a balancer keeps of each of its targets; all members are in the order of `targets`. */
export interface Group<R> {
  readonly targets: readonly TargetPlan[];
  readonly records: readonly R[];
  readonly weights: Float64Array;
  /** Room for what targets are compared by, so that a choice allocates nothing; filled anew for each. */
  readonly keys: Float64Array;
}

/**
 * A balancer's records, one per target. They live as long as the target's state, which outlasts reloads; a set finds its own in one look-up,
 * however many targets it has.
 */
export class Groups<R> {
  private readonly byState = new WeakMap<TargetState, R>();
  private readonly bySet = new WeakMap<CandidateSet, Group<R>>();

  /**
   * @param make the record of a target that is not known yet
   * @param enter called once for each new set, before it is first chosen from
   */
  constructor(
    private readonly make: () => R,
    private readonly enter?: (group: Group<R>) => void,
  ) {}

  of(candidates: CandidateSet): Group<R> {
    const known = this.bySet.get(candidates);
    if (known !== undefined) return known;
    const { targets } = candidates;
    const group = {
      targets,
      records: targets.map(({ state }) => this.record(state)),
      weights: Float64Array.from(targets, ({ weight }) => weight),
      keys: new Float64Array(targets.length),
    };
    this.enter?.(group);
    this.bySet.set(candidates, group);
    return group;
  }

  record(state: TargetState): R {
    let record = this.byState.get(state);
    if (record === undefined) {
      record = this.make();
      this.byState.set(state, record);
    }
    return record;
  }
}

/**
 * Index of the target with the smallest key that is not left out, ties broken at random; -1 where all are left out. Keys are finite. Only targets that
 * would win are asked whether they are left out; the keys of those that are get lost.
 */
export function least({ targets, keys }: Group<unknown>, leftOut: LeftOut | undefined, random: () => number): number {
  let first = -1;
  let smallest = Infinity;
  let ties = 0;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as number;
    if (key > smallest) continue;
    if (leftOut?.(targets[index] as TargetPlan) === true) {
      keys[index] = Infinity;
    } else if (key < smallest) {
      smallest = key;
      first = index;
      ties = 1;
    } else ties++;
  }
  if (ties < 2) return first;
  // one random number for all ties: a thousand idle targets would take a thousand
  let skip = Math.floor(random() * ties);
  for (let index = first; index < keys.length; index++) {
    if (keys[index] === smallest && skip-- === 0) return index;
  }
  return first;
}
