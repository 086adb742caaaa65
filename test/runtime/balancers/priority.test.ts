import { fc } from "../../support/properties";
import type { LeftOut } from "../../../runtime/balancers/balancer";
import { chooseFrom, reloaded, setOf, world } from "./support";

const counts = (weights: readonly number[], times: number, leftOut?: LeftOut): number[] => {
  const { balancer } = world("priority");
  const set = setOf(weights);
  const seen = weights.map(() => 0);
  for (let turn = 0; turn < times; turn++) seen[chooseFrom(balancer, set, leftOut)!.target.index]!++;
  return seen;
};

test.each<[string, number[], number[], number[]]>([
  ["the highest weight gets all, evenly, wherever it stands", [10, 90, 90, 50], [], [0, 60, 60, 0]],
  ["what is left of it gets all", [10, 90, 90, 50], [1], [0, 0, 120, 0]],
  ["the next group follows when none is left", [10, 90, 90, 50], [1, 2], [0, 0, 0, 120]],
  ["and so on", [10, 90, 90, 50], [1, 2, 3], [120, 0, 0, 0]],
  ["one group goes round as a whole", [7, 7, 7], [], [40, 40, 40]],
])("%s", (_, weights, out, expected) => {
  expect(counts(weights, 120, out.length === 0 ? undefined : ({ index }) => out.includes(index))).toEqual(expected);
});

test("property: nobody is chosen while somebody of a higher weight is available, nor by failover", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(11)), (weights, out) => {
      const { balancer } = world("priority");
      const set = setOf(weights);
      const leftOut: LeftOut = ({ index }) => out.includes(index);
      const best = (isOut: LeftOut): number => Math.max(-1, ...set.targets.filter((target) => !isOut(target)).map(({ weight }) => weight));
      const choice = chooseFrom(balancer, set, leftOut);
      expect(choice?.target.weight ?? -1).toBe(best(leftOut));
      const afterwards: LeftOut = (target) => leftOut(target) || target === choice?.target;
      if (choice !== undefined) expect(choice.next(afterwards)?.weight ?? -1).toBe(best(afterwards));
    }),
  );
});

test("failover goes evenly over the rest of the group and leaves the round as it is", () => {
  const { balancer } = world("priority");
  const set = setOf([9, 9, 9, 9, 1]);
  const rescued = [0, 0, 0, 0, 0];
  const order = Array.from({ length: 400 }, () => {
    const choice = chooseFrom(balancer, set)!;
    rescued[choice.next(({ index }) => index === choice.target.index)!.index]!++;
    return choice.target.index;
  });
  expect(order).toEqual(Array.from({ length: 400 }, (_, turn) => turn % 4));
  expect(rescued[4]).toBe(0);
  for (const each of rescued.slice(0, 4)) expect(Math.abs(each - 100)).toBeLessThan(60);
});

test("the round goes on after a reload", () => {
  const { balancer } = world("priority");
  const set = setOf([5, 5, 5, 1]);
  const before = [chooseFrom(balancer, set), chooseFrom(balancer, set)].map((choice) => choice!.target.index);
  expect([...before, chooseFrom(balancer, reloaded(set))!.target.index]).toEqual([0, 1, 2]);
});
