import { fc } from "../../support/properties";
import type { Balancer, CandidateSet, LeftOut } from "../../../runtime/balancers/balancer";
import { chooseFrom, even, reloaded, setOf, shares, targetOf, world } from "./support";

const roundRobin = (): Balancer => world("round-robin").balancer;
const pick = (balancer: Balancer, set: CandidateSet, times: number, leftOut?: LeftOut): number[] =>
  Array.from({ length: times }, () => chooseFrom(balancer, set, leftOut)!.target.index);
const count = (picks: readonly number[], targets: number): number[] =>
  Array.from({ length: targets }, (_, index) => picks.filter((each) => each === index).length);
const longestRun = (picks: readonly number[], wanted: number): number => {
  let [run, longest] = [0, 0];
  for (const each of picks) longest = Math.max(longest, (run = each === wanted ? run + 1 : 0));
  return longest;
};

const someWeights = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

test("70/25/5 is exact over a cycle, and every cycle after it", () => {
  const balancer = roundRobin();
  const set = setOf([70, 25, 5]);
  for (let cycle = 0; cycle < 3; cycle++) expect(count(pick(balancer, set, 100), 3)).toEqual([70, 25, 5]);
});

test("a heavy target's picks are spread, not bunched", () => {
  expect(pick(roundRobin(), setOf([5, 1, 1]), 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
  const picks = pick(roundRobin(), setOf([70, 25, 5]), 300);
  expect(longestRun(picks, 0)).toBeLessThanOrEqual(4);
  expect(longestRun(picks, 1)).toBe(1);
  expect(longestRun(picks, 2)).toBe(1);
});

test("each candidate set has its own cycle", () => {
  const balancer = roundRobin();
  const [one, other] = [setOf([1, 1]), setOf([1, 1], "alias a")];
  expect([...pick(balancer, one, 1), ...pick(balancer, other, 1), ...pick(balancer, one, 1)]).toEqual([0, 0, 1]);
});

test("nothing can be chosen from an empty set, or when all are left out", () => {
  expect(chooseFrom(roundRobin(), setOf([]))).toBeUndefined();
  expect(chooseFrom(roundRobin(), setOf([]), () => true)).toBeUndefined();
  const set = setOf([2, 1]);
  expect(chooseFrom(roundRobin(), set, () => true)).toBeUndefined();
  expect(chooseFrom(roundRobin(), set)!.next(() => true)).toBeUndefined();
});

test("property: exact shares over a cycle, and no target ever strays far from its share", () => {
  fc.assert(
    fc.property(someWeights, (weights) => {
      const total = sum(weights);
      const balancer = roundRobin();
      const set = setOf(weights);
      const seen = weights.map(() => 0);
      for (let picks = 1; picks <= total; picks++) {
        seen[pick(balancer, set, 1)[0]!]!++;
        const strayed = weights.map((weight, target) => Math.abs(seen[target]! - (picks * weight) / total));
        expect(Math.max(...strayed)).toBeLessThan(weights.length);
      }
      expect(seen).toEqual(weights);
    }),
  );
});

describe("over reloads", () => {
  test("property: the order of picks is as if none had been", () => {
    fc.assert(
      fc.property(someWeights, fc.array(fc.nat(30), { maxLength: 6 }), (weights, pauses) => {
        const balancer = roundRobin();
        let set = setOf(weights);
        const picks: number[] = [];
        for (const pause of pauses) {
          picks.push(...pick(balancer, set, pause));
          set = reloaded(set);
        }
        expect(picks).toEqual(pick(roundRobin(), setOf(weights), picks.length));
      }),
    );
  });

  test("property: after weights changed and a target came and another went, shares hold from the first cycle on", () => {
    fc.assert(
      fc.property(someWeights, someWeights, fc.nat(100), (weights, later, before) => {
        const balancer = roundRobin();
        const set = setOf(weights);
        pick(balancer, set, before);
        const kept = reloaded(set, later).targets.slice(1);
        const changed = { key: set.key, targets: [...kept, targetOf(99, 20)].map((target, index) => ({ ...target, index })) };
        const total = sum(changed.targets.map(({ weight }) => weight));
        const cycle = count(pick(balancer, changed, total), changed.targets.length);
        changed.targets.forEach(({ weight }, index) => expect(Math.abs(cycle[index]! - weight)).toBeLessThanOrEqual(weights.length + 1));
      }),
    );
  });

  test("sets of two surfaces that share a key do not mix up", () => {
    const balancer = roundRobin();
    const chat = setOf([3, 2, 1]);
    const completions = setOf([1, 1]);
    const picks = [...pick(balancer, chat, 2), ...pick(balancer, completions, 1)];
    picks.push(...pick(balancer, reloaded(chat), 4), ...pick(balancer, reloaded(completions), 1));
    expect(
      count(
        picks.filter((_, at) => at !== 2 && at !== 7),
        3,
      ),
    ).toEqual([3, 2, 1]);
    expect([picks[2], picks[7]]).toEqual([0, 1]);
  });

  test("of more than 1,024 sets the one that was made first begins anew", () => {
    const balancer = roundRobin();
    const [first, second] = [setOf([1, 1], "first"), setOf([1, 1], "second")];
    pick(balancer, first, 1);
    pick(balancer, second, 1);
    for (let other = 0; other < 1023; other++) pick(balancer, setOf([1], `other ${other}`), 1);
    expect(pick(balancer, reloaded(second), 1)).toEqual([1]);
    expect(pick(balancer, reloaded(first), 1)).toEqual([0]);
  });
});

describe("failover", () => {
  test("property: it never advances the cycle", () => {
    fc.assert(
      fc.property(someWeights, fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }), (weights, failovers) => {
        const balancer = roundRobin();
        const set = setOf(weights);
        const picks = failovers.map((times) => {
          const choice = chooseFrom(balancer, set)!;
          for (let time = 0; time < times; time++) choice.next(({ index }) => index === choice.target.index);
          return choice.target.index;
        });
        expect(picks).toEqual(pick(roundRobin(), setOf(weights), picks.length));
      }),
    );
  });

  test("the load of a failing target goes to all others by their weights", () => {
    const balancer = roundRobin();
    const set = setOf([50, 30, 15, 5]);
    const rescued = [0, 0, 0, 0];
    for (let turn = 0; turn < 4000; turn++) {
      const choice = chooseFrom(balancer, set)!;
      if (choice.target.index === 0) rescued[choice.next(({ index }) => index === 0)!.index]!++;
    }
    const [none, ...others] = shares(rescued);
    expect(none).toBe(0);
    [0.6, 0.3, 0.1].forEach((share, index) => expect(others[index]).toBeCloseTo(share, 2));
  });

  test("one exchange tries all targets, each once, and gives the same answer to the same question", () => {
    const choice = chooseFrom(roundRobin(), setOf([3, 2, 1]))!;
    const tried = [choice.target.index];
    const isTried: LeftOut = ({ index }) => tried.includes(index);
    for (let next = choice.next(isTried); next !== undefined; next = choice.next(isTried)) {
      expect(choice.next(isTried)).toBe(next);
      tried.push(next.index);
    }
    expect(tried.sort()).toEqual([0, 1, 2]);
  });
});

describe("left out", () => {
  test("property: the others keep their shares, and who returns gets no burst", () => {
    fc.assert(
      fc.property(someWeights, fc.uniqueArray(fc.nat(7), { maxLength: 7 }), fc.integer({ min: 1, max: 6 }), (weights, out, cycles) => {
        const balancer = roundRobin();
        const set = setOf(weights);
        const leftOut: LeftOut = ({ index }) => out.includes(index);
        const stay = weights.map((weight, index) => (out.includes(index) ? 0 : weight));
        const total = sum(stay);
        const near = (picks: readonly number[], expected: readonly number[]): void =>
          expected.forEach((each, index) => expect(Math.abs(picks[index]! - each)).toBeLessThanOrEqual(weights.length + 1));
        if (total === 0) {
          expect(chooseFrom(balancer, set, leftOut)).toBeUndefined();
          return;
        }
        near(
          count(pick(balancer, set, total * cycles, leftOut), weights.length),
          stay.map((weight) => weight * cycles),
        );
        near(count(pick(balancer, set, sum(weights)), weights.length), weights);
      }),
    );
  });

  test("property: however others come and go, targets that stay keep their shares of each other", () => {
    fc.assert(
      fc.property(
        someWeights,
        fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        (weights, pattern) => {
          const balancer = roundRobin();
          const set = setOf(weights);
          const total = sum(weights);
          const picks = Array.from({ length: 2000 }, (_, turn) => {
            const out = pattern[turn % pattern.length]!;
            return chooseFrom(balancer, set, ({ index }) => out.includes(index))?.target.index ?? -1;
          });
          const seen = count(picks, weights.length);
          const turns = weights.flatMap((weight, index) =>
            pattern.some((out) => out.includes(index)) ? [] : [(seen[index]! * total) / weight],
          );
          // a target may be ahead of or behind the others by as many requests as there are targets
          if (turns.length > 1)
            expect((Math.max(...turns) - Math.min(...turns)) * (Math.min(...weights) / total)).toBeLessThan(2 * weights.length);
        },
      ),
    );
  });

  test("a target that was away for long does not come back with a burst", () => {
    const balancer = roundRobin();
    const set = setOf(even(5));
    pick(balancer, set, 1003, ({ index }) => index === 2);
    expect(longestRun(pick(balancer, set, 50), 2)).toBe(1);
  });
});

test("figures tell how many requests a target is owed, over all its sets", () => {
  const balancer = roundRobin();
  const set = setOf([3, 1]);
  const [heavy, light] = set.targets;
  chooseFrom(balancer, set);
  expect(balancer.figures(heavy!)).toEqual({ owed_requests: -0.25 });
  expect(balancer.figures(light!)).toEqual({ owed_requests: 0.25 });
  expect(balancer.figures(targetOf(9, 1))).toEqual({ owed_requests: 0 });
});
