import { chooseFrom, even, outcome, reloaded, SEEDS, setOf, shares, simulate, targetOf, tokens, world, type World } from "./support";
import type { CandidateSet, Outcome } from "../../../runtime/balancers/balancer";

const e2e = { latency_strategy: "e2e" } as const;
const figure = ({ balancer }: World, set: CandidateSet, index: number): number | undefined =>
  Object.values(balancer.figures(set.targets[index]!))[0];

/** One attempt that ends now. */
function attempt({ balancer, clock }: World, set: CandidateSet, index: number, given: Partial<Outcome>, after = 0): void {
  clock.time += after;
  balancer.started(set.targets[index]!);
  balancer.finished(set.targets[index]!, outcome(given));
}

test.each([2, 10, 50])("among %i targets the best gets at least 90 %% and every other at least 0.1 %%", (n) => {
  for (const seed of SEEDS) {
    const one = world("lowest-latency", seed, e2e);
    const { picks } = simulate({
      ...{ world: one, set: setOf(even(n)), rate: 50, seconds: 24, countFrom: 14 },
      serve: ({ index }) => outcome({ milliseconds: (index === 1 ? 100 : 200 + 10 * index) * (0.9 + 0.2 * one.random()) }),
    });
    const [first, best, ...others] = shares(picks);
    expect(best).toBeGreaterThanOrEqual(0.9);
    for (const share of [first!, ...others]) expect(share).toBeGreaterThanOrEqual(0.001);
  }
});

test.each([2, 5, 20])("among %i targets, two of which swap their speeds, the new best has its share within 30 s at 50 requests/s", (n) => {
  for (const seed of SEEDS) {
    const one = world("lowest-latency", seed, e2e);
    const set = setOf(even(n));
    const milliseconds = (index: number): number => [100, 1000][index] ?? 1500;
    simulate({ world: one, set, rate: 50, seconds: 6, serve: ({ index }) => outcome({ milliseconds: milliseconds(index) }) });
    const { picks } = simulate({
      ...{ world: one, set, rate: 50, seconds: 34, countFrom: 30 },
      serve: ({ index }) => outcome({ milliseconds: milliseconds(index < 2 ? 1 - index : index) * (0.9 + 0.2 * one.random()) }),
    });
    expect(shares(picks)[1]).toBeGreaterThanOrEqual(0.9);
  }
});

test("a worse sample counts at once, a better one the more, the older the last is", () => {
  const one = world("lowest-latency", 1, e2e);
  const set = setOf([1]);
  chooseFrom(one.balancer, set);
  attempt(one, set, 0, { milliseconds: 100 });
  attempt(one, set, 0, { milliseconds: 1000 });
  expect(figure(one, set, 0)).toBe(1000);
  attempt(one, set, 0, { milliseconds: 100 }, 1000);
  expect(figure(one, set, 0)).toBeCloseTo(100 + 900 * Math.exp(-0.1), 6);
  attempt(one, set, 0, { milliseconds: 100 }, 60_000);
  expect(figure(one, set, 0)).toBeCloseTo(100 + 900 * Math.exp(-6.1), 6);
});

test.each<[string, "tpot" | "e2e", Partial<Outcome>, Readonly<Record<string, number>>]>([
  ["time per output token", "tpot", { milliseconds: 600, usage: tokens(50, 30) }, { ms_per_token: 20 }],
  ["of a stream too", "tpot", { milliseconds: 600, firstTokenMs: 300, usage: tokens(50, 30) }, { ms_per_token: 20 }],
  ["the whole time where no usage is known", "tpot", { milliseconds: 600 }, { ms_per_token: 600 }],
  ["the whole time where there are no output tokens", "tpot", { milliseconds: 600, usage: tokens(50, 0) }, { ms_per_token: 600 }],
  ["the whole time with e2e", "e2e", { milliseconds: 600, usage: tokens(50, 30) }, { ms: 600 }],
  ["nothing of an attempt whose client went away", "e2e", { kind: "client_gone", milliseconds: 600 }, {}],
  ["the whole time of a failure that nothing compares with", "e2e", { kind: "failed", milliseconds: 600 }, { ms: 600 }],
])("a sample is %s", (_, latency_strategy, given, expected) => {
  const one = world("lowest-latency", 1, { latency_strategy });
  const set = setOf([1]);
  chooseFrom(one.balancer, set);
  attempt(one, set, 0, given);
  expect(one.balancer.figures(set.targets[0]!)).toEqual(expected);
});

describe("failures", () => {
  const withAnswers = (milliseconds: readonly number[]): { one: World; set: CandidateSet } => {
    const one = world("lowest-latency", 1, e2e);
    const set = setOf(even(milliseconds.length));
    const choice = chooseFrom(one.balancer, set)!;
    milliseconds.forEach((each, index) => {
      choice.next((target) => target.index !== index);
      attempt(one, set, index, { milliseconds: each });
    });
    return { one, set };
  };

  test("a quick one counts as twice the mean of the targets that work", () => {
    const { one, set } = withAnswers([100, 200, 600]);
    attempt(one, set, 0, { kind: "failed", milliseconds: 1 });
    expect(figure(one, set, 0)).toBe(800);
  });

  test("a slow one counts in full", () => {
    const { one, set } = withAnswers([100, 200, 600]);
    attempt(one, set, 0, { kind: "failed", milliseconds: 5000 });
    expect(figure(one, set, 0)).toBe(5000);
  });

  test("fast targets that all fail fall behind a slow one that works, and their estimates stay bounded", () => {
    const { one, set } = withAnswers([1, 1, 100]);
    for (let turn = 0; turn < 1000; turn++) attempt(one, set, turn % 2, { kind: "failed", milliseconds: 1 }, 10);
    expect([figure(one, set, 0), figure(one, set, 1)]).toEqual([200, 200]);
    const best = chooseFrom(one.balancer, set)!.next(() => false);
    expect(best!.index).toBe(2);
  });

  test("where all fail, estimates stay bounded too", () => {
    const { one, set } = withAnswers([100, 300]);
    for (let turn = 0; turn < 1000; turn++) attempt(one, set, turn % 2, { kind: "failed", milliseconds: 1 }, 10);
    for (const index of [0, 1]) expect(figure(one, set, index)).toBeLessThanOrEqual(600);
  });
});

test("estimates are divided by the weight", () => {
  const one = world("lowest-latency", 1, e2e);
  const set = setOf([200, 100]);
  attempt(one, set, 0, { milliseconds: 150 });
  attempt(one, set, 1, { milliseconds: 100 });
  expect(chooseFrom(one.balancer, set)!.next(() => false)!.index).toBe(0);
});

test("a new target starts at the mean of the others: it is explored first", () => {
  const one = world("lowest-latency", 1, e2e);
  const set = setOf(even(2));
  attempt(one, set, 0, { milliseconds: 100 });
  attempt(one, set, 1, { milliseconds: 300 });
  const grown = { key: "all", targets: [...reloaded(set).targets, targetOf(2, 150)] };
  // as good as 200 / 1.5
  const ranked = chooseFrom(one.balancer, grown)!;
  expect(ranked.next(() => false)!.index).toBe(0);
  expect(ranked.next(({ index }) => index === 0)!.index).toBe(2);
});

test("before anything is known requests are spread at random", () => {
  const { balancer } = world("lowest-latency", 3, e2e);
  const set = setOf(even(4));
  expect(new Set(Array.from({ length: 60 }, () => chooseFrom(balancer, set)!.target.index)).size).toBe(4);
});

test("targets that are left out are neither best nor explored", () => {
  const one = world("lowest-latency", 1, e2e);
  const set = setOf(even(6));
  const { picks } = simulate({
    ...{ world: one, set, rate: 50, seconds: 60 },
    leftOut: ({ index }) => index < 4,
    serve: ({ index }) => outcome({ milliseconds: 10 * (index + 1) }),
  });
  expect(picks.slice(0, 4)).toEqual([0, 0, 0, 0]);
  expect(picks[5]).toBeGreaterThan(100);
  expect(chooseFrom(one.balancer, set, () => true)).toBeUndefined();
  expect(chooseFrom(one.balancer, setOf([]))).toBeUndefined();
});

test("a single target gets everything", () => {
  const one = world("lowest-latency", 1, e2e);
  const { picks } = simulate({ world: one, set: setOf([1]), rate: 50, seconds: 10, serve: () => outcome() });
  expect(picks).toEqual([500]);
});
