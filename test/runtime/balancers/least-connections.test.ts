import { chooseFrom, even, outcome, reloaded, SEEDS, setOf, shares, simulate, world } from "./support";

test.each([[[300, 200, 100]], [[100, 100, 100, 100]]])(
  "weights %j: attempts in flight keep the weights' shares within 5 %% while latencies are 1:4",
  (weights) => {
    const wanted = shares(weights);
    for (const seed of SEEDS) {
      const one = world("least-connections", seed);
      const { load } = simulate({
        ...{ world: one, set: setOf(weights), rate: 200, seconds: 9, countFrom: 4 },
        serve: ({ index }) => outcome({ milliseconds: (index === 0 ? 500 : 2000) * (0.5 + one.random()) }),
      });
      shares(load).forEach((share, index) => expect(Math.abs(share / wanted[index]! - 1)).toBeLessThan(0.05));
    }
  },
);

test("ties are broken at random, evenly", () => {
  for (const seed of SEEDS) {
    const { balancer } = world("least-connections", seed);
    const set = setOf(even(4));
    const counts = [0, 0, 0, 0];
    for (let turn = 0; turn < 800; turn++) counts[chooseFrom(balancer, set)!.target.index]!++;
    // 5 standard deviations
    for (const each of counts) expect(Math.abs(each - 200)).toBeLessThan(5 * Math.sqrt(800 * 0.25 * 0.75));
  }
});

test("equal ratios of different weights are ties", () => {
  const { balancer } = world("least-connections");
  const set = setOf([98, 49]);
  balancer.started(set.targets[0]!);
  const seen = new Set(Array.from({ length: 50 }, () => chooseFrom(balancer, set)!.target.index));
  expect(seen).toEqual(new Set([0, 1]));
});

test("an idle target comes before a busy one, by weight, and failover goes to the least loaded of the others", () => {
  const { balancer } = world("least-connections");
  const set = setOf([300, 100, 100]);
  const [heavy, second, third] = set.targets;
  expect(chooseFrom(balancer, set)!.target).toBe(heavy);
  for (let turn = 0; turn < 3; turn++) balancer.started(heavy!);
  balancer.started(third!);
  const choice = chooseFrom(balancer, set)!;
  expect(choice.target).toBe(second);
  expect(choice.next((target) => target === second)).toBe(heavy);
  expect(choice.next((target) => target !== third)).toBe(third);
  expect(choice.next(() => true)).toBeUndefined();
});

test.each([
  ["failed", 1],
  ["ok", 0],
  ["client_gone", 0],
] as const)("an attempt that ended as %s counts %i for the next second", (kind, counted) => {
  const { balancer, clock } = world("least-connections");
  const [target] = setOf([1]).targets;
  balancer.started(target!);
  clock.time = 5000;
  balancer.finished(target!, outcome({ kind }));
  clock.time = 5999;
  expect(balancer.figures(target!)).toEqual({ counted, failed: counted });
  clock.time = 6000;
  expect(balancer.figures(target!)).toEqual({ counted: 0, failed: 0 });
});

test("thousands of failures a second are counted off again", () => {
  const { balancer, clock } = world("least-connections");
  const set = setOf(even(3));
  for (let turn = 0; turn < 30_000; turn++) {
    clock.time += 0.125;
    const { target } = chooseFrom(balancer, set)!;
    balancer.started(target);
    balancer.finished(target, outcome({ kind: "failed", milliseconds: 0 }));
  }
  const counted = set.targets.map((target) => balancer.figures(target)["counted"]!);
  expect(counted.reduce((sum, each) => sum + each, 0)).toBe(8000);
  clock.time += 1000;
  expect(set.targets.map((target) => balancer.figures(target)["counted"])).toEqual([0, 0, 0]);
});

test("loads are known over a reload", () => {
  const { balancer } = world("least-connections");
  const set = setOf(even(2));
  balancer.started(set.targets[0]!);
  const after = reloaded(set);
  expect(chooseFrom(balancer, after)!.target.index).toBe(1);
  balancer.started(after.targets[1]!);
  balancer.started(after.targets[1]!);
  expect(chooseFrom(balancer, after)!.target.index).toBe(0);
});
