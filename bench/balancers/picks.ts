/**
 * What a choice costs: every algorithm, among 10, 100 and 1,000 targets, with none, a tenth and nine tenths of them left out. One process, one core, no
 * network. Each choice is followed by a start and an end of an attempt, which are measured apart, so that the state is one under traffic. The quickest tenth of
 * many short batches counts: whatever else the machine does only ever adds.
 */
import type { Algorithm } from "../../config/types.generated";
import { Ring } from "../../runtime/balancers/ring";
import type { LeftOut, Outcome } from "../../runtime/balancers/balancer";
import type { TargetPlan } from "../../runtime/targets/target-plan";
import { chooseFrom, DEFAULTS, outcome, request, setOf, tokens, world } from "../../test/runtime/balancers/support";

/** Numbers of targets that are chosen among. */
export const SIZES = [10, 100, 1000];
/** Parts of them that are left out. */
export const PARTS = [0, 0.1, 0.9];
const batches = 100;
const batchMs = 5;

/** What one algorithm takes for one number of targets. */
export interface PickCost {
  readonly algorithm: Algorithm;
  readonly targets: number;
  /** Part of the targets that are left out. */
  readonly leftOut: number;
  readonly chooseNs: number;
  /** `started` and `finished` together. */
  readonly learnNs: number;
}

/** Every tenth target, or all but those; a look at one flag per target, as a closed circuit breaker takes. */
function leftOutBy(part: number, count: number): LeftOut | undefined {
  if (part === 0) return undefined;
  const flags = Uint8Array.from({ length: count }, (_, index) => Number((index % 10 === 3) === part < 0.5));
  return ({ index }) => flags[index] === 1;
}

const quick = (numbers: readonly number[]): number => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 10)]!;

/** Nanoseconds of a choice among `count` targets of which `part` are left out. */
export function measurePick(algorithm: Algorithm, count: number, part: number): PickCost {
  const { balancer, clock, random } = world(algorithm);
  const weights = Array.from({ length: count }, () => 1 + Math.floor(random() * 200));
  const set = setOf(algorithm === "priority" ? weights.map(() => 100) : weights);
  const leftOut = leftOutBy(part, count);
  const requests = Array.from({ length: 512 }, (_, index) =>
    request(`request-${index}`, { "x-kong-llm-request-id": `user-${index * 31}` }),
  );
  const outcomes: readonly Outcome[] = Array.from({ length: 512 }, () => {
    const total = 20 + Math.floor(random() * 400);
    return outcome({ milliseconds: 200 + random() * 800, usage: tokens(total), kind: random() < 0.01 ? "failed" : "ok" });
  });
  // 64 attempts are under way at any time
  const underWay: TargetPlan[] = [];
  let turn = 0;
  const learn = (target: TargetPlan): void => {
    clock.time += 0.1;
    balancer.started(target);
    underWay.push(target);
    if (underWay.length > 64) balancer.finished(underWay.shift()!, outcomes[turn++ & 511]!);
  };
  const chosen: TargetPlan[] = [];
  const samples: { choose: number; learn: number }[] = [];
  const rounds = 64;
  for (let batch = -20; batch < batches; batch++) {
    let [choosing, learning, choices] = [0, 0, 0];
    for (const end = performance.now() + batchMs; performance.now() < end;) {
      chosen.length = 0;
      const before = performance.now();
      for (let index = 0; index < rounds; index++)
        chosen.push(chooseFrom(balancer, set, leftOut, requests[(turn + index * 7) & 511])!.target);
      const between = performance.now();
      for (const target of chosen) learn(target);
      learning += performance.now() - between;
      choosing += between - before;
      choices += rounds;
    }
    if (batch >= 0) samples.push({ choose: (choosing / choices) * 1e6, learn: (learning / choices) * 1e6 });
  }
  return {
    algorithm,
    targets: count,
    leftOut: part,
    chooseNs: Math.round(quick(samples.map(({ choose }) => choose))),
    learnNs: Math.round(quick(samples.map(({ learn }) => learn))),
  };
}

/** Milliseconds that the ring of `consistent-hashing` takes to be built for `count` targets of the default weight. */
export function measureRing(count: number): number {
  const targets = setOf(Array.from({ length: count }, () => 100)).targets;
  const times = Array.from({ length: 20 }, () => {
    const before = performance.now();
    new Ring(targets, DEFAULTS.slots);
    return performance.now() - before;
  });
  return quick(times);
}
