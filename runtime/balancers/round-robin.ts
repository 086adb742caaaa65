import type { TargetPlan } from "../targets/target-plan";
import type { Algorithm } from "./algorithm";
import { TieredBalancer, type Tier } from "./tiers";

/** `round-robin`: smooth weighted round robin over all candidates (docs/behaviour.md "Balancing"). */
export class RoundRobin extends TieredBalancer {
  protected override tiers(targets: readonly TargetPlan[]): readonly Tier[] {
    return [{ targets, weights: targets.map(({ weight }) => weight) }];
  }
}

export const roundRobin: Algorithm = {
  name: "round-robin",
  settings: [],
  nature: "by weight, in turns",
  division: { kind: "weight", word: "share" },
  create: () => new RoundRobin(),
};
