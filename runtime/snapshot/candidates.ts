import { GatewayError } from "../errors";
import type { CandidateSet } from "../balancers/balancer";
import type { TemplateSources } from "../templates/template";
import type { TargetPlan } from "../targets/target-plan";

/** Subsets that templates made; more of them than this come from clients playing with names, and lose their balancer state. */
const MAX_DYNAMIC_SETS = 256;

/**
 * Finds the targets that a request's `model` may go to (docs/behaviour.md "Requests and models"): those of an alias, else those of a configured name, else those without
 * a configured name. Sets are made once, as balancers keep their state per set.
 */
export class CandidateIndex {
  private readonly all: CandidateSet;
  private readonly byAlias = new Map<string, CandidateSet>();
  private readonly byName = new Map<string, CandidateSet>();
  private readonly nameless: CandidateSet | undefined;
  private readonly templated: boolean;
  private readonly dynamic = new Map<string, CandidateSet>();

  constructor(readonly targets: readonly TargetPlan[]) {
    this.all = { key: "all", targets };
    this.templated = targets.some((target) => typeof target.model === "object");
    for (const [alias, group] of grouped(targets, (target) => target.alias)) {
      this.byAlias.set(alias, { key: `alias ${alias}`, targets: group });
    }
    for (const [name, group] of grouped(targets, ({ model }) => (typeof model === "string" ? model : undefined))) {
      this.byName.set(name, { key: `name ${name}`, targets: group });
    }
    const nameless = targets.filter((target) => target.model === undefined);
    this.nameless = nameless.length === 0 ? undefined : { key: "nameless", targets: nameless };
  }

  /**
   * @throws GatewayError `unknown_model`, naming what may be asked for
   */
  find(model: string | undefined, sources: TemplateSources): CandidateSet {
    if (model === undefined) return this.all;
    const aliased = this.byAlias.get(model);
    if (aliased !== undefined) return aliased;
    if (this.templated) return this.findRendered(model, sources);
    const found = this.byName.get(model) ?? this.nameless;
    if (found === undefined) throw unknownModel([...this.byAlias.keys(), ...this.byName.keys()]);
    return found;
  }

  private findRendered(model: string, sources: TemplateSources): CandidateSet {
    const names = this.targets.map((target) => (typeof target.model === "object" ? target.model.render(sources) : target.model));
    let chosen = this.targets.filter((_, index) => names[index] === model);
    if (chosen.length === 0) chosen = this.targets.filter((_, index) => names[index] === undefined);
    if (chosen.length === 0) throw unknownModel([...this.byAlias.keys(), ...distinct(names)]);
    const key = chosen.map((target) => target.index).join(",");
    let set = this.dynamic.get(key);
    if (set === undefined) {
      if (this.dynamic.size >= MAX_DYNAMIC_SETS) this.dynamic.clear();
      set = { key, targets: chosen };
      this.dynamic.set(key, set);
    }
    return set;
  }
}

/** The targets that have a name, by it. */
function grouped(targets: readonly TargetPlan[], nameOf: (target: TargetPlan) => string | undefined): Map<string, TargetPlan[]> {
  const groups = new Map<string, TargetPlan[]>();
  for (const target of targets) {
    const name = nameOf(target);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [target]);
    else group.push(target);
  }
  return groups;
}

const distinct = (values: readonly (string | undefined)[]): string[] => [...new Set(values.filter((value) => value !== undefined))];

const unknownModel = (names: readonly string[]): GatewayError =>
  new GatewayError("unknown_model", `cannot use own model - must be: ${[...new Set(names)].join(", ")}`);
