import type { CandidateSet, LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import type { TargetState } from "../targets/state";

/** A candidate set with where its targets are in a table; all members are in the order of `targets`. */
export interface Group {
  readonly targets: readonly TargetPlan[];
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  /** 1 / weight. */
  readonly inverses: Float64Array;
  /** Room for what targets are compared by, so that a choice allocates nothing; filled anew for each. */
  readonly keys: Float64Array;
}

const FIRST_CAPACITY = 16;

/**
 * A balancer's numbers, one row per target, in columns that a choice runs through at a nanosecond per target. A row lasts as long as the target's state,
 * which outlasts reloads; rows of targets that are gone are given to new ones. A set finds its rows in one look-up, however many targets it has.
 */
export class TargetTable<Column extends string> {
  /** Replaced when the table grows: to be read anew for each choice. */
  columns: Readonly<Record<Column, Float64Array>>;
  private readonly names: readonly Column[];
  private readonly byState = new WeakMap<TargetState, number>();
  private readonly bySet = new WeakMap<CandidateSet, Group>();
  private readonly owners: WeakRef<TargetState>[] = [];
  private readonly free: number[] = [];
  private capacity = FIRST_CAPACITY;

  /**
   * @param first the numbers of a new target
   * @param entered called once for each new set, before it is first chosen from
   */
  constructor(
    private readonly first: Readonly<Record<Column, number>>,
    private readonly entered?: (group: Group) => void,
  ) {
    this.names = Object.keys(first) as Column[];
    this.columns = this.make();
  }

  group(candidates: CandidateSet): Group {
    const known = this.bySet.get(candidates);
    if (known !== undefined) return known;
    const { targets } = candidates;
    const group = {
      targets,
      rows: Int32Array.from(targets, ({ state }) => this.row(state)),
      weights: Float64Array.from(targets, ({ weight }) => weight),
      inverses: Float64Array.from(targets, ({ weight }) => 1 / weight),
      keys: new Float64Array(targets.length),
    };
    this.entered?.(group);
    this.bySet.set(candidates, group);
    return group;
  }

  row(state: TargetState): number {
    const known = this.byState.get(state);
    if (known !== undefined) return known;
    if (this.free.length === 0 && this.owners.length === this.capacity) this.makeRoom();
    const row = this.free.pop() ?? this.owners.length;
    this.owners[row] = new WeakRef(state);
    this.byState.set(state, row);
    for (const name of this.names) this.columns[name][row] = this.first[name];
    return row;
  }

  private makeRoom(): void {
    this.owners.forEach((owner, row) => {
      if (owner.deref() === undefined) this.free.push(row);
    });
    if (this.free.length > 0) return;
    this.capacity *= 2;
    const before = this.columns;
    this.columns = this.make();
    for (const name of this.names) this.columns[name].set(before[name]);
  }

  private make(): Record<Column, Float64Array> {
    return Object.fromEntries(this.names.map((name) => [name, new Float64Array(this.capacity)])) as Record<Column, Float64Array>;
  }
}

/**
 * Index of the target with the smallest key that is not left out, ties broken at random; -1 where all are left out. Keys are finite and not negative. Only
 * targets that would win are asked whether they are left out; the key `k` of one that is becomes `-1 - k`, a negative one.
 */
export function least(group: Group, leftOut: LeftOut | undefined, random: () => number): number {
  const first = leftOut === undefined ? leastOfAll(group.keys) : leastOfSome(group, leftOut);
  if (first < 0) return first;
  const { keys } = group;
  const smallest = keys[first] as number;
  const last = keys.lastIndexOf(smallest);
  if (last === first) return first;
  let ties = 0;
  for (let index = first; index <= last; index++) if (keys[index] === smallest) ties++;
  // one random number for all ties: a thousand idle targets would take a thousand
  let skip = Math.floor(random() * ties);
  for (let index = first; index < last; index++) {
    if (keys[index] === smallest && skip-- === 0) return index;
  }
  return last;
}

/** Apart from {@link leastOfSome}, as a loop without a call runs twice as fast. */
function leastOfAll(keys: Float64Array): number {
  let first = -1;
  let smallest = Infinity;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as number;
    if (key < smallest) {
      smallest = key;
      first = index;
    }
  }
  return first;
}

function leastOfSome({ targets, keys }: Group, leftOut: LeftOut): number {
  let first = -1;
  let smallest = Infinity;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as number;
    if (key > smallest) continue;
    if (leftOut(targets[index] as TargetPlan)) {
      keys[index] = -1 - key;
    } else if (key < smallest) {
      smallest = key;
      first = index;
    }
  }
  return first;
}
