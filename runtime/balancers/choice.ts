import type { Choice, LeftOut } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import type { Group } from "./target-table";

/** A balancer that finds the best of a group whenever it is asked, be it for a first choice or for a failover. */
interface Ranking {
  best(group: Group, leftOut: LeftOut): TargetPlan | undefined;
}

/** A choice whose next target is the best of the others by what is known then. A class, as closures would be made for each request. */
export class GroupChoice implements Choice {
  constructor(
    readonly target: TargetPlan,
    private readonly ranking: Ranking,
    private readonly group: Group,
  ) {}

  next(leftOut: LeftOut): TargetPlan | undefined {
    return this.ranking.best(this.group, leftOut);
  }
}
