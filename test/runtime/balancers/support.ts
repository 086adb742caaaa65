/** A virtual world for balancers: targets, time, chance, and requests that arrive, are served and end, event by event. */
import type { Algorithm, BalancerConfig } from "../../../config/types.generated";
import { createBalancer } from "../../../runtime/balancers";
import type { Clock } from "../../../runtime/clock";
import type { Balancer, BalancerOptions, CandidateSet, Choice, ChoiceRequest, LeftOut, Outcome } from "../../../runtime/balancers/balancer";
import type { Usage } from "../../../runtime/conversation/usage";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import { TargetState } from "../../../runtime/targets/state";

export const DEFAULTS: BalancerConfig = {
  algorithm: "round-robin",
  connect_timeout: 60_000,
  fail_timeout: 10_000,
  failover_criteria: ["error", "timeout"],
  hash_on_header: "X-Kong-LLM-Request-ID",
  latency_strategy: "tpot",
  max_fails: 0,
  read_timeout: 60_000,
  retries: 5,
  slots: 10_000,
  tokens_count_strategy: "total-tokens",
  write_timeout: 60_000,
};

/** Distinct seeds; a bound that chance misses with p < 1e-6 per seed is missed by one of them with p < 2e-4, and always by the same. */
export const SEEDS: readonly number[] = Array.from({ length: 40 }, (_, index) => index * 7919 + 1);

/** Uniform numbers in 0..1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A clock that stands still until it is moved; balancers use no timers. */
export class VirtualClock implements Clock {
  time = 0;
  now(): number {
    return this.time;
  }
  date(): number {
    return this.time;
  }
  start(): never {
    throw new Error("balancers start no timers");
  }
  cancel(): void {
    // nothing was started
  }
}

/** A target of which only what balancers look at is there. */
export function targetOf(index: number, weight: number, state = new TargetState(`id-${index}`, undefined as never)): TargetPlan {
  return { index, weight, label: `${index}:test/model`, state } as TargetPlan;
}

export const setOf = (weights: readonly number[], key = "all"): CandidateSet => ({
  key,
  targets: weights.map((weight, index) => targetOf(index, weight)),
});

/** What a reload makes of a set: new objects, the states of targets that stay. `weights`: those of the targets from then on, in order. */
export const reloaded = ({ key, targets }: CandidateSet, weights = targets.map(({ weight }) => weight)): CandidateSet => ({
  key,
  targets: targets.map(({ index, state }, at) => targetOf(index, weights[at] ?? 1, state)),
});

export const even = (count: number, weight = 100): number[] => Array.from({ length: count }, () => weight);

export interface World {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly options: BalancerOptions;
  readonly balancer: Balancer;
}

/** A balancer with its own clock and source of chance. */
export function world(algorithm: Algorithm, seed = 1, settings: Partial<BalancerConfig> = {}, extra: Partial<BalancerOptions> = {}): World {
  const clock = new VirtualClock();
  const random = seeded(seed);
  const options = { settings: { ...DEFAULTS, ...settings, algorithm }, clock, random, ...extra };
  return { clock, random, options, balancer: createBalancer(options) };
}

/** A request with an id and headers. */
export const request = (requestId: string, headers: Readonly<Record<string, string>> = {}): ChoiceRequest => ({
  requestId,
  header: (name) => headers[name.toLowerCase()],
  prompt: () => "",
  signal: () => new AbortController().signal,
});

/** Balancers of this version choose at once. */
export function chooseFrom(
  balancer: Balancer,
  set: CandidateSet,
  leftOut?: LeftOut,
  asked: ChoiceRequest = request("r"),
): Choice | undefined {
  const choice = balancer.choose(set, asked, leftOut);
  // one look, as picks are measured through this
  if (choice !== undefined && !("next" in choice)) throw new Error("a choice at once is expected");
  return choice;
}

export const tokens = (total: number, completion = total): Usage => ({
  prompt_tokens: total - completion,
  completion_tokens: completion,
  total_tokens: total,
});

/** An outcome; what is not given is of an answer within 100 ms without usage. */
export const outcome = (given: Partial<Outcome> = {}): Outcome => ({
  kind: "ok",
  milliseconds: 100,
  firstTokenMs: undefined,
  usage: undefined,
  cost: 0,
  ...given,
});

export interface Simulation {
  readonly world: World;
  readonly set: CandidateSet;
  /** Requests per second, at equal distances. */
  readonly rate: number;
  readonly seconds: number;
  /** What becomes of a request to a target that begins at a time (ms); `milliseconds` of the outcome is how long it takes. */
  readonly serve: (target: TargetPlan, at: number) => Outcome;
  readonly leftOut?: LeftOut;
  /** From when on picks and loads are counted, in seconds. Default: the beginning. */
  readonly countFrom?: number;
  /** Called for each pick. */
  readonly onPick?: (target: TargetPlan, at: number) => void;
  /** Called when a request has ended. */
  readonly onEnd?: (target: TargetPlan, outcome: Outcome, at: number) => void;
}

export interface Report {
  /** Per target. */
  readonly picks: number[];
  /** Time-averaged attempts in flight, per target. */
  readonly load: number[];
}

interface Ending {
  readonly at: number;
  readonly target: TargetPlan;
  readonly outcome: Outcome;
}

/** Lets requests arrive for so many seconds; those still under way at the end are not ended. */
export function simulate(simulation: Simulation): Report {
  const { world, set, rate, seconds, serve, leftOut, countFrom = 0 } = simulation;
  const { balancer, clock } = world;
  const begin = clock.time;
  const countAt = begin + countFrom * 1000;
  const endAt = begin + seconds * 1000;
  const report: Report = { picks: set.targets.map(() => 0), load: set.targets.map(() => 0) };
  const count = (index: number, from: number, to: number): void => {
    report.load[index]! += Math.max(0, Math.min(to, endAt) - Math.max(from, countAt)) / (endAt - countAt);
  };
  const endings = new Queue();
  for (let arrival = 0; arrival < rate * seconds; arrival++) {
    const at = begin + (arrival * 1000) / rate;
    for (let next = endings.takeUntil(at); next !== undefined; next = endings.takeUntil(at)) {
      clock.time = next.at;
      balancer.finished(next.target, next.outcome);
      simulation.onEnd?.(next.target, next.outcome, next.at);
    }
    clock.time = at;
    const target = chooseFrom(balancer, set, leftOut, request(`${arrival}`))?.target;
    if (target === undefined) continue;
    if (at >= countAt) report.picks[target.index]!++;
    simulation.onPick?.(target, at);
    balancer.started(target);
    const outcome = serve(target, at);
    count(target.index, at, at + outcome.milliseconds);
    endings.add({ at: at + outcome.milliseconds, target, outcome });
  }
  clock.time = endAt;
  return report;
}

/** Endings by time: a binary heap. */
class Queue {
  private readonly heap: Ending[] = [];

  add(ending: Ending): void {
    const { heap } = this;
    let at = heap.push(ending) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.at <= ending.at) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = ending;
  }

  /** The next one, if it is not after a time. */
  takeUntil(time: number): Ending | undefined {
    const { heap } = this;
    const first = heap[0];
    if (first === undefined || first.at > time) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last);
    return first;
  }

  private sink(ending: Ending): void {
    const { heap } = this;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= ending.at) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = ending;
  }
}

/** Parts of a sum. */
export function shares(numbers: readonly number[]): number[] {
  const sum = numbers.reduce((total, each) => total + each, 0);
  return numbers.map((each) => each / sum);
}
