import type { LatencyStrategy } from "../../config/types.generated";
import type { Clock } from "../clock";
import type { Algorithm } from "./algorithm";
import type { Balancer, BalancerOptions, CandidateSet, Choice, ChoiceRequest, LeftOut, Outcome } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import type { TargetState } from "../targets/state";
import { GroupChoice } from "./choice";
import { Exploration } from "./exploration";
import { least, TargetTable, type Group } from "./target-table";

/** After this time without news an estimate has lost all but 1/e of its weight against the next sample. Milliseconds. */
const DECAY_MS = 10_000;

/** A failure counts as at least so many times the mean of the targets that work. */
const FAILURE_FACTOR = 2;

/**
 * `lowest-latency`: the smallest peak EWMA of the latency / weight gets all requests but those that explore the others (docs/behaviour.md "Balancing").
 *
 * A worse sample counts at once and in full; a better one the more, the longer ago the last sample is. So a target that is slow now is left at once, and one
 * that is rarely asked is believed after a few answers. With `tpot` the latency is the whole time of the attempt over its output tokens, of streams too,
 * as Kong has it: the wait for the first token counts. Where no output tokens are known it counts as one.
 */
export class LowestLatency implements Balancer {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly strategy: LatencyStrategy;
  /**
   * Estimates are in milliseconds, or milliseconds per output token, NaN before the first sample; times on the clock. `all`: estimate of all samples;
   * `answers`: that of answers only, which tells what the target is worth when it works; `failing`: 1 where the last attempt failed.
   */
  private readonly table = new TargetTable({ all: NaN, allAt: 0, answers: NaN, answersAt: 0, failing: 0 });
  private readonly explorations = new WeakMap<CandidateSet, Exploration>();
  /** The targets that each was last chosen among. */
  private readonly peers = new WeakMap<TargetState, Group>();

  constructor({ clock, random, settings }: BalancerOptions) {
    this.clock = clock;
    this.random = random;
    this.strategy = settings.latency_strategy;
  }

  choose(candidates: CandidateSet, _request: ChoiceRequest, leftOut: LeftOut | undefined): Choice | undefined {
    const group = this.table.group(candidates);
    const best = this.find(group, leftOut);
    const target = best < 0 ? undefined : this.joined(group, this.exploration(candidates).next(best, leftOut));
    return target && new GroupChoice(target, this, group);
  }

  started(): void {
    // only what an attempt took counts
  }

  finished({ state }: TargetPlan, outcome: Outcome): void {
    const { kind } = outcome;
    if (kind === "client_gone") return;
    const now = this.clock.now();
    const row = this.table.row(state);
    const { all, allAt, answers, answersAt, failing } = this.table.columns;
    const sample = this.sample(outcome);
    failing[row] = kind === "failed" ? 1 : 0;
    if (kind === "ok") add(answers, answersAt, row, sample, now);
    add(all, allAt, row, kind === "ok" ? sample : Math.max(sample, FAILURE_FACTOR * this.meanOfWorking(this.peers.get(state))), now);
  }

  /** The estimate, under its unit: `ms` or `ms_per_token`; none before the first sample. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    const row = this.table.row(state);
    const estimate = this.table.columns.all[row] as number;
    if (Number.isNaN(estimate)) return {};
    return this.strategy === "e2e" ? { ms: estimate } : { ms_per_token: estimate };
  }

  best(group: Group, leftOut: LeftOut): TargetPlan | undefined {
    return this.joined(group, this.find(group, leftOut));
  }

  private sample({ milliseconds, usage }: Outcome): number {
    return this.strategy === "e2e" ? milliseconds : milliseconds / Math.max(1, usage?.completion_tokens ?? 1);
  }

  private joined(group: Group, index: number): TargetPlan | undefined {
    const target = group.targets[index];
    if (target !== undefined && this.peers.get(target.state) !== group) this.peers.set(target.state, group);
    return target;
  }

  private find(group: Group, leftOut: LeftOut | undefined): number {
    const { rows, inverses, keys } = group;
    const { all } = this.table.columns;
    let sum = 0;
    let known = 0;
    for (let index = 0; index < keys.length; index++) {
      const estimate = all[rows[index] as number] as number;
      // no comparison with NaN holds
      if (estimate >= 0) {
        sum += estimate;
        known++;
      }
      keys[index] = estimate * (inverses[index] as number);
    }
    if (known < keys.length) startAt(known === 0 ? 1 : sum / known, group);
    return least(group, leftOut, this.random);
  }

  private exploration(candidates: CandidateSet): Exploration {
    let exploration = this.explorations.get(candidates);
    if (exploration === undefined) {
      exploration = new Exploration(candidates.targets, this.random);
      this.explorations.set(candidates, exploration);
    }
    return exploration;
  }

  /**
   * Mean of the targets whose last attempt was answered, else of all that ever answered; 0 where none did. If it took in those that fail now, several of
   * them that were the fastest would stay ahead of a slow one that works.
   */
  private meanOfWorking(group: Group | undefined): number {
    const { answers, failing } = this.table.columns;
    let [sum, count, workingSum, workingCount] = [0, 0, 0, 0];
    for (const row of group?.rows ?? []) {
      const estimate = answers[row] as number;
      if (Number.isNaN(estimate)) continue;
      sum += estimate;
      count++;
      if (failing[row] === 1) continue;
      workingSum += estimate;
      workingCount++;
    }
    if (workingCount > 0) return workingSum / workingCount;
    return count > 0 ? sum / count : 0;
  }
}

/** Takes a sample into a peak EWMA. */
function add(estimates: Float64Array, times: Float64Array, row: number, sample: number, now: number): void {
  const estimate = estimates[row] as number;
  const isBetter = sample < estimate;
  estimates[row] = isBetter ? sample + (estimate - sample) * Math.exp(((times[row] as number) - now) / DECAY_MS) : sample;
  times[row] = now;
}

/** Targets without samples are taken for as fast as the mean of the others. */
function startAt(mean: number, { keys, inverses }: Group): void {
  for (let index = 0; index < keys.length; index++) {
    if (Number.isNaN(keys[index])) keys[index] = mean * (inverses[index] as number);
  }
}

export const lowestLatency: Algorithm = {
  name: "lowest-latency",
  settings: ["latency_strategy"],
  nature: "the fastest target first, for its weight",
  division: { kind: "other", by: "by latency" },
  create: (options) => new LowestLatency(options),
};
