import fc from "fast-check";
import { RoundRobin } from "../../../runtime/balancers/round-robin";
import type { CandidateSet } from "../../../runtime/interfaces";
import type { TargetPlan } from "../../../runtime/interfaces";

const setOf = (weights: readonly number[]): CandidateSet => ({
  key: "all",
  targets: weights.map((weight, index) => ({ index, weight }) as TargetPlan),
});
const pick = (balancer: RoundRobin, set: CandidateSet, times: number): number[] =>
  Array.from({ length: times }, () => balancer.choose(set).index);

test("70/25/5 is exact over a cycle, and every cycle after it", () => {
  const balancer = new RoundRobin();
  const set = setOf([70, 25, 5]);
  for (let cycle = 0; cycle < 3; cycle++) {
    const picks = pick(balancer, set, 100);
    expect([0, 1, 2].map((index) => picks.filter((each) => each === index).length)).toEqual([70, 25, 5]);
  }
});

test("a heavy target's picks are spread, not bunched", () => {
  expect(pick(new RoundRobin(), setOf([5, 1, 1]), 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
});

test("each candidate set has its own cycle", () => {
  const balancer = new RoundRobin();
  const one = setOf([1, 1]);
  const other = setOf([1, 1]);
  expect([...pick(balancer, one, 1), ...pick(balancer, other, 1), ...pick(balancer, one, 1)]).toEqual([0, 0, 1]);
});

test("an empty set is a programming error", () => {
  expect(() => new RoundRobin().choose(setOf([]))).toThrow(RangeError);
});

test("property: exact shares over a cycle, and no target ever strays far from its share", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const balancer = new RoundRobin();
      const set = setOf(weights);
      const seen = weights.map(() => 0);
      for (let picks = 1; picks <= total; picks++) {
        const { index } = balancer.choose(set);
        seen[index] = (seen[index] ?? 0) + 1;
        weights.forEach((weight, target) => expect(Math.abs((seen[target] ?? 0) - (picks * weight) / total)).toBeLessThan(weights.length));
      }
      expect(seen).toEqual(weights);
    }),
  );
});
