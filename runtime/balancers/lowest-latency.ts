import type { LatencyStrategy } from "../../config/types.generated";
import type { Clock } from "../clock";
import type { Balancer, BalancerOptions, CandidateSet, Choice, LeftOut, Outcome, Pick, TargetPlan } from "../interfaces";
import { Exploration } from "./exploration";
import { Groups, least, type Group } from "./group";

/** After this time without news an estimate has lost all but 1/e of its weight against the next sample. Milliseconds. */
const DECAY_MS = 10_000;

/** A failure counts as at least so many times the mean of the targets that work. */
const FAILURE_FACTOR = 2;

/**
 * A peak EWMA: a worse sample counts at once and in full, a better one the more, the longer ago the last sample is. So a target that is slow now is left at
 * once, and one that is rarely asked is believed after a few answers. Undefined `value` until the first sample.
 */
interface Average {
  value: number;
  at: number;
}

interface Latency {
  /** All samples. In milliseconds, or milliseconds per output token; NaN before the first. */
  readonly all: Average;
  /** Those of answers only: what the target is worth when it works. */
  readonly answers: Average;
  /** Whether its last attempt failed. */
  failing: boolean;
  /** The targets that it was last chosen among. */
  peers: readonly Latency[];
}

/**
 * `lowest-latency`: the smallest peak EWMA of the latency / weight gets all requests but those that explore the others (semantics.md 12). With `tpot` the
 * latency is the whole time of the attempt over its output tokens, of streams too, as Kong has it: a wait for the first token counts. Where no output
 * tokens are known it counts as one.
 */
export class LowestLatency implements Balancer {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly strategy: LatencyStrategy;
  private readonly groups = new Groups<Latency>(() => ({
    all: { value: NaN, at: 0 },
    answers: { value: NaN, at: 0 },
    failing: false,
    peers: [],
  }));
  private readonly explorations = new WeakMap<CandidateSet, Exploration>();

  constructor({ clock, random, settings }: BalancerOptions) {
    this.clock = clock;
    this.random = random;
    this.strategy = settings.latency_strategy;
  }

  choose(candidates: CandidateSet, _pick: Pick, leftOut: LeftOut | undefined): Choice | undefined {
    const group = this.groups.of(candidates);
    const best = this.best(group, leftOut);
    if (best < 0) return undefined;
    const target = this.at(group, this.exploration(candidates).next(best, leftOut));
    return target && { target, next: (others) => this.at(group, this.best(group, others)) };
  }

  started(): void {
    // only what an attempt took counts
  }

  finished({ state }: TargetPlan, outcome: Outcome): void {
    const { kind } = outcome;
    if (kind === "client_gone") return;
    const now = this.clock.now();
    const latency = this.groups.record(state);
    latency.failing = kind === "failed";
    const sample = this.sample(outcome);
    if (kind === "ok") add(latency.answers, sample, now);
    add(latency.all, kind === "ok" ? sample : Math.max(sample, FAILURE_FACTOR * meanOfWorking(latency.peers)), now);
  }

  /** The estimate, under its unit: `ms` or `ms_per_token`; none before the first sample. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    const { value } = this.groups.record(state).all;
    if (Number.isNaN(value)) return {};
    return this.strategy === "e2e" ? { ms: value } : { ms_per_token: value };
  }

  private sample({ milliseconds, usage }: Outcome): number {
    return this.strategy === "e2e" ? milliseconds : milliseconds / Math.max(1, usage?.completion_tokens ?? 1);
  }

  private at({ targets, records }: Group<Latency>, index: number): TargetPlan | undefined {
    const latency = records[index];
    if (latency !== undefined) latency.peers = records;
    return targets[index];
  }

  private best(group: Group<Latency>, leftOut: LeftOut | undefined): number {
    const { records, weights, keys } = group;
    let sum = 0;
    let known = 0;
    for (let index = 0; index < keys.length; index++) {
      const { value } = (records[index] as Latency).all;
      // only NaN differs from itself
      if (value === value) {
        sum += value;
        known++;
      }
      keys[index] = value / (weights[index] as number);
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
}

function add(average: Average, sample: number, now: number): void {
  // also where there was none: no comparison with NaN holds
  if (!(sample < average.value)) average.value = sample;
  else average.value = sample + (average.value - sample) * Math.exp((average.at - now) / DECAY_MS);
  average.at = now;
}

/** Targets without samples are taken for as fast as the mean of the others. */
function startAt(mean: number, { keys, weights }: Group<Latency>): void {
  for (let index = 0; index < keys.length; index++) {
    if (Number.isNaN(keys[index])) keys[index] = mean / (weights[index] as number);
  }
}

/**
 * Mean of the targets whose last attempt was answered, else of all that ever answered; 0 where none did. If it took in those that fail now, several of
 * them that were the fastest would stay ahead of a slow one that works.
 */
function meanOfWorking(peers: readonly Latency[]): number {
  let [sum, count, workingSum, workingCount] = [0, 0, 0, 0];
  for (const { answers, failing } of peers) {
    if (Number.isNaN(answers.value)) continue;
    sum += answers.value;
    count++;
    if (failing) continue;
    workingSum += answers.value;
    workingCount++;
  }
  if (workingCount > 0) return workingSum / workingCount;
  return count > 0 ? sum / count : 0;
}
