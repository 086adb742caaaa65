import type { TargetPlan } from "../targets/target-plan";
import type { Algorithm } from "./algorithm";
import { TieredBalancer, type Tier } from "./tiers";

/**
 * `priority`: targets of equal weight are one group, the highest weight first; inside a group requests go round evenly, and the next group gets some only
 * when no member of the better one is available (docs/behaviour.md "Balancing").
 */
export class Priority extends TieredBalancer {
  protected override tiers(targets: readonly TargetPlan[]): readonly Tier[] {
    const weights = [...new Set(targets.map(({ weight }) => weight))].sort((one, other) => other - one);
    return weights.map((weight) => {
      const members = targets.filter((target) => target.weight === weight);
      return { targets: members, weights: members.map(() => 1) };
    });
  }
}

export const priority: Algorithm = {
  name: "priority",
  settings: [],
  nature: "the group of the highest weight first, the next one when none of it is available",
  division: { kind: "groups" },
  create: () => new Priority(),
};
