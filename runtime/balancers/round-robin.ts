import type { TargetPlan } from "../interfaces";
import { TieredBalancer, type Tier } from "./tiers";

/** `round-robin`: smooth weighted round robin over all candidates (docs/behaviour.md "Balancing"). */
export class RoundRobin extends TieredBalancer {
  protected override tiers(targets: readonly TargetPlan[]): readonly Tier[] {
    return [{ targets, weights: targets.map(({ weight }) => weight) }];
  }
}
