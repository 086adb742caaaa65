import type { BalancerConfig } from "../../../config/types.generated";
import { algorithms, createBalancer } from "../../../runtime/balancers";
import { chooseFrom, DEFAULTS, setOf, world } from "./support";

test.each([...algorithms.keys()])("%s chooses, learns, and tells figures that are numbers", (algorithm) => {
  const { balancer } = world(algorithm);
  const set = setOf([3, 2, 1]);
  const { target } = chooseFrom(balancer, set)!;
  balancer.started(target);
  balancer.finished(target, { kind: "ok", milliseconds: 10, firstTokenMs: undefined, usage: undefined, cost: 0 });
  for (const value of Object.values(balancer.figures(target))) expect(Number.isFinite(value)).toBe(true);
});

test.each<[string, Partial<BalancerConfig>, Partial<BalancerConfig>, boolean]>([
  ["nothing", { algorithm: "round-robin" }, {}, true],
  ["a setting that no algorithm goes by", { algorithm: "round-robin" }, { retries: 1, read_timeout: 5 }, true],
  ["the algorithm", { algorithm: "round-robin" }, { algorithm: "priority" }, false],
  ["the slots of a ring", { algorithm: "consistent-hashing" }, { slots: 5000 }, false],
  ["the header that is hashed", { algorithm: "consistent-hashing" }, { hash_on_header: "X-User" }, false],
  ["a ring's setting under another algorithm", { algorithm: "least-connections" }, { slots: 5000, hash_on_header: "X-User" }, true],
  ["what latency means", { algorithm: "lowest-latency" }, { latency_strategy: "e2e" }, false],
  ["what usage means", { algorithm: "lowest-usage" }, { tokens_count_strategy: "cost" }, false],
  ["what usage means under another algorithm", { algorithm: "lowest-latency" }, { tokens_count_strategy: "cost" }, true],
])("a reload that changes %s", (_, before, change, kept) => {
  const { options } = world("round-robin");
  const first = createBalancer({ ...options, settings: { ...DEFAULTS, ...before } });
  const second = createBalancer({ ...options, settings: { ...DEFAULTS, ...before, ...change } }, first);
  expect(second === first).toBe(kept);
});

test("an algorithm that is not served cannot be made", () => {
  expect(() => world("semantic")).toThrow('there is no balancer for balancer.algorithm "semantic"');
});
