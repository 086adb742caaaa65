import { LowestUsage } from "../../../runtime/balancers/lowest-usage";
import type { CandidateSet, Outcome, UsageShare } from "../../../runtime/balancers/balancer";
import type { TargetState } from "../../../runtime/targets/state";
import { chooseFrom, even, outcome, reloaded, SEEDS, setOf, shares, simulate, targetOf, tokens, world, type World } from "./support";

const HALF_LIFE = 300_000;
const usageOf = ({ balancer }: World, set: CandidateSet, index: number): number => balancer.figures(set.targets[index]!)["usage"]!;

function attempt({ balancer }: World, set: CandidateSet, index: number, given: Partial<Outcome>): void {
  balancer.started(set.targets[index]!);
  balancer.finished(set.targets[index]!, outcome(given));
}

test.each([
  ["one after the other", 20, 10, 2000],
  ["with 50 in flight", 50, 1000, 3600],
])("usage / weight is the same for all within 5 %%, %s", (_, rate, milliseconds, requests) => {
  for (const seed of SEEDS) {
    const one = world("lowest-usage", seed);
    const weights = [300, 200, 100];
    const used = [0, 0, 0];
    simulate({
      ...{ world: one, set: setOf(weights), rate, seconds: requests / rate },
      // some targets' answers are longer than those of others
      serve: ({ index }) => outcome({ milliseconds, usage: tokens(Math.floor((100 + 900 * one.random()) * (index + 1))) }),
      onEnd: ({ index }, { usage }, at) => (used[index]! += usage!.total_tokens * 2 ** (at / HALF_LIFE)),
    });
    const levels = used.map((each, index) => each / weights[index]!);
    expect(Math.max(...levels) / Math.min(...levels)).toBeLessThan(1.05);
  }
});

test("fifty requests that come at once are spread by weight before anything is known of usage", () => {
  const { balancer } = world("lowest-usage");
  const set = setOf([200, 100, 100]);
  const counts = [0, 0, 0];
  for (let turn = 0; turn < 48; turn++) {
    const { target } = chooseFrom(balancer, set)!;
    counts[target.index]!++;
    balancer.started(target);
  }
  expect(counts).toEqual([24, 12, 12]);
});

test.each<["prompt-tokens" | "completion-tokens" | "total-tokens" | "cost", Partial<Outcome>, number]>([
  ["prompt-tokens", { usage: tokens(50, 30), cost: 7 }, 20],
  ["completion-tokens", { usage: tokens(50, 30), cost: 7 }, 30],
  ["total-tokens", { usage: tokens(50, 30), cost: 7 }, 50],
  ["cost", { usage: tokens(50, 30), cost: 7 }, 7],
  ["total-tokens", { kind: "client_gone", usage: tokens(50, 30) }, 50],
  ["total-tokens", { kind: "client_gone" }, 100],
  ["total-tokens", { kind: "failed", usage: tokens(50, 30) }, 100],
  ["total-tokens", { kind: "ok" }, 100],
  ["cost", { kind: "failed" }, 100],
])("%s: %j is charged %d where the mean is 100", (tokens_count_strategy, given, expected) => {
  const one = world("lowest-usage", 1, { tokens_count_strategy });
  const set = setOf(even(2));
  const usage = { prompt_tokens: 100, completion_tokens: 100, total_tokens: 100 };
  attempt(one, set, 0, { usage, cost: 100 });
  attempt(one, set, 1, given);
  if (given.kind === "ok" || given.kind === undefined) expect(usageOf(one, set, 1)).toBeGreaterThan(0);
  if (given.kind !== undefined || given.usage !== undefined) expect(usageOf(one, set, 1)).toBeCloseTo(expected, 6);
});

test("an attempt under way is charged the mean, afterwards what it used", () => {
  const one = world("lowest-usage");
  const set = setOf(even(2));
  attempt(one, set, 0, { usage: tokens(100) });
  attempt(one, set, 1, { usage: tokens(130) });
  expect(chooseFrom(one.balancer, set)!.target.index).toBe(0);
  one.balancer.started(set.targets[0]!);
  expect(one.balancer.figures(set.targets[0]!)).toEqual({ usage: 100, in_flight: 1 });
  const choice = chooseFrom(one.balancer, set)!;
  expect(choice.target.index).toBe(1);
  expect(choice.next(({ index }) => index === 1)!.index).toBe(0);
  expect(choice.next(() => true)).toBeUndefined();
  one.balancer.finished(set.targets[0]!, outcome({ usage: tokens(10) }));
  expect(one.balancer.figures(set.targets[0]!)).toEqual({ usage: 110, in_flight: 0 });
  expect(chooseFrom(one.balancer, set)!.target.index).toBe(0);
});

test("usage halves every five minutes, over days", () => {
  const one = world("lowest-usage");
  const set = setOf(even(2));
  attempt(one, set, 0, { usage: tokens(1000) });
  one.clock.time += HALF_LIFE;
  expect(usageOf(one, set, 0)).toBeCloseTo(500, 6);
  for (let hour = 0; hour < 200; hour++) {
    one.clock.time += 3_600_000;
    attempt(one, set, hour % 2, { usage: tokens(800) });
    expect(usageOf(one, set, hour % 2)).toBeCloseTo(800, 0);
    expect(chooseFrom(one.balancer, set)!.target.index).toBe(1 - (hour % 2));
  }
  one.clock.time += 1e9;
  expect(usageOf(one, set, 0)).toBeCloseTo(0, 6);
});

test("a new target starts at the mean of the others instead of getting everything", () => {
  for (const seed of SEEDS) {
    const one = world("lowest-usage", seed);
    const set = setOf(even(3));
    const serve = (): Outcome => outcome({ usage: tokens(Math.floor(100 + 900 * one.random())) });
    simulate({ world: one, set, rate: 50, seconds: 20, serve });
    const grown = { key: "all", targets: [...reloaded(set).targets, targetOf(3, 200)] };
    const { picks } = simulate({ world: one, set: grown, rate: 50, seconds: 10, serve });
    expect(Math.abs(shares(picks)[3]! / (200 / 500) - 1)).toBeLessThan(0.2);
  }
});

test("a target that was left out does not get everything when it returns, one that was tried before still may", () => {
  for (const seed of SEEDS) {
    const one = world("lowest-usage", seed);
    const set = setOf(even(3));
    const serve = (): Outcome => outcome({ usage: tokens(Math.floor(100 + 900 * one.random())) });
    simulate({ world: one, set, rate: 50, seconds: 10, serve });
    simulate({ world: one, set, rate: 50, seconds: 10, serve, leftOut: ({ index }) => index === 0 });
    const { picks } = simulate({ world: one, set, rate: 50, seconds: 10, serve });
    expect(Math.abs(shares(picks)[0]! * 3 - 1)).toBeLessThan(0.25);
  }
  const one = world("lowest-usage");
  const set = setOf(even(2));
  attempt(one, set, 1, { usage: tokens(100) });
  chooseFrom(one.balancer, set)!.next(({ index }) => index === 0);
  expect(usageOf(one, set, 0)).toBe(0);
});

test("usage survives a reload", () => {
  const one = world("lowest-usage");
  const set = setOf(even(2));
  chooseFrom(one.balancer, set);
  attempt(one, set, 0, { usage: tokens(100) });
  expect(chooseFrom(one.balancer, reloaded(set))!.target.index).toBe(1);
});

test("where nothing has a price requests go to who has least under way, and a failing target is no hole", () => {
  const one = world("lowest-usage", 1, { tokens_count_strategy: "cost" });
  const { picks } = simulate({
    ...{ world: one, set: setOf(even(4)), rate: 50, seconds: 60 },
    serve: ({ index }) => outcome(index === 0 ? { kind: "failed", milliseconds: 1 } : { milliseconds: 1000, usage: tokens(100) }),
  });
  expect(shares(picks)[0]).toBeLessThan(0.25);
});

describe("accuracy", () => {
  const accuracy = (seed = 1): World & { readonly balancer: LowestUsage } => {
    const one = world("lowest-usage", seed, { tokens_count_strategy: "llm-accuracy" });
    return { ...one, balancer: new LowestUsage(one.options) };
  };

  test("requests are in inverse proportion to 101 - score", () => {
    for (const seed of SEEDS.slice(0, 50)) {
      const one = accuracy(seed);
      const set = setOf([200, 100, 100]);
      const score = ({ state, index }: { state: TargetState; index: number }): void =>
        one.balancer.score(state, [91, 91, 61][index]! + Math.floor(one.random() * 10) - 5);
      set.targets.forEach(score);
      const { picks } = simulate({
        ...{ world: one, set, rate: 50, seconds: 120, countFrom: 20 },
        serve: () => outcome({ milliseconds: 500 }),
        onEnd: (target) => one.random() < 0.3 && score(target),
      });
      // 2/10 : 1/10 : 1/40
      shares(picks).forEach((share, index) => expect(Math.abs(share / ([8, 4, 1][index]! / 13) - 1)).toBeLessThan(0.15));
    }
  });

  test.each([
    ["none", []],
    ["one target only", [80]],
  ])("scores of %s: requests are even", (_, scores) => {
    const one = accuracy();
    const set = setOf(even(3));
    scores.forEach((value) => one.balancer.score(set.targets[0]!.state, value));
    const { picks } = simulate({ world: one, set, rate: 50, seconds: 60, serve: () => outcome({ milliseconds: 200 }) });
    for (const share of shares(picks)) expect(share).toBeCloseTo(1 / 3, 2);
  });

  test("figures tell the mean score", () => {
    const one = accuracy();
    const [target] = setOf([1]).targets;
    one.balancer.score(target!.state, 80);
    one.balancer.score(target!.state, 90);
    attempt(one, { key: "all", targets: [target!] }, 0, {});
    expect(one.balancer.figures(target!)).toEqual({ usage: 16, in_flight: 0, score: 85 });
  });
});

describe("shared with other gateways", () => {
  const told: (readonly [string, number])[] = [];
  const share: UsageShare = { tell: ({ id }, amount) => told.push([id, amount]), hear: undefined };
  const shared = (): World => world("lowest-usage", 1, {}, { share });
  beforeEach(() => (told.length = 0));

  test("what an attempt really used is told at its end, the mean where that is not known, nothing before there is one", () => {
    const one = shared();
    const set = setOf(even(2));
    attempt(one, set, 0, { kind: "failed" });
    expect(told).toEqual([]);
    attempt(one, set, 0, { usage: tokens(100) });
    attempt(one, set, 1, { kind: "failed" });
    expect(told).toEqual([
      ["id-0", 100],
      ["id-1", 100],
    ]);
  });

  test("what others used counts like one's own", () => {
    const one = shared();
    const set = setOf(even(2));
    share.hear!(set.targets[0]!.state, 50);
    expect(chooseFrom(one.balancer, set)!.target.index).toBe(1);
    share.hear!(set.targets[1]!.state, 60);
    expect(chooseFrom(one.balancer, set)!.target.index).toBe(0);
    expect([usageOf(one, set, 0), usageOf(one, set, 1)]).toEqual([50, 60]);
    expect(told).toEqual([]);
  });
});
