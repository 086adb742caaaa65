import { ALGORITHMS } from "../../../config/schema/vocabulary";
import { algorithms } from "../../../runtime/balancers";
import type { Outcome } from "../../../runtime/balancers/balancer";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import { even, outcome, SEEDS, setOf, shares, simulate, tokens, world, type Report } from "./support";

/** Four equal targets at a steady rate; answers take 1 s. */
const run = (algorithm: (typeof ALGORITHMS)[number], seed: number, serve: (target: TargetPlan) => Outcome): Report =>
  simulate({ world: world(algorithm, seed), set: setOf(even(4)), rate: 50, seconds: 12, serve });

const answer = (): Outcome => outcome({ milliseconds: 1000, usage: tokens(100) });
const failing = ({ index }: TargetPlan): Outcome => (index === 0 ? outcome({ kind: "failed", milliseconds: 1 }) : answer());
const served = ALGORITHMS.filter((algorithm) => algorithms.has(algorithm));

test.each(served)("%s: a target that fails in 1 ms gets no more than its share", (algorithm) => {
  for (const seed of SEEDS) {
    const share = shares(run(algorithm, seed, failing).picks)[0]!;
    // what a target gets by hashing follows from keys alone: exactly as much as if it worked
    if (algorithm === "consistent-hashing") expect(share).toBe(shares(run(algorithm, seed, answer).picks)[0]);
    else expect(share).toBeLessThanOrEqual(algorithm === "least-connections" || algorithm === "lowest-usage" ? 0.25 * 1.04 : 0.25);
  }
});

test.each(served)("%s: attempts that clients left within 1 ms make no target the best", (algorithm) => {
  for (const seed of SEEDS.slice(0, 20)) {
    const one = world(algorithm, seed);
    const set = setOf(even(4));
    const { picks } = simulate({
      ...{ world: one, set, rate: 50, seconds: 20 },
      serve: () => (one.random() < 0.2 ? outcome({ kind: "client_gone", milliseconds: 1 }) : answer()),
    });
    if (algorithm !== "consistent-hashing" && algorithm !== "lowest-latency") {
      for (const share of shares(picks)) expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
    }
    for (const target of set.targets) for (const value of Object.values(one.balancer.figures(target))) expect(value).not.toBeNaN();
  }
});
