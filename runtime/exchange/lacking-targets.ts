import type { Choice, LeftOut } from "../balancers/balancer";
import { GatewayError } from "../errors";
import type { TargetPlan } from "../targets/target-plan";
import { modelFor, type Asked } from "./prepare-call";

/** Fields that an error names at most. */
const MAX_NAMED = 8;

/** What one target cannot express, and the error if the request cannot even be read for it. */
interface Lacking {
  readonly fields: readonly string[];
  readonly error: GatewayError | undefined;
}

function lackingOf(asked: Asked, target: TargetPlan): Lacking | undefined {
  const { codec } = target.service;
  if (!codec.mayLack) return undefined;
  try {
    const lacks = codec.lacks(asked.ask, modelFor(asked, target), target.config.model.options);
    return lacks.length === 0 ? undefined : { fields: lacks.map(({ field }) => field), error: undefined };
  } catch (error) {
    // a target that speaks the client's dialect may take what cannot be translated
    if (error instanceof GatewayError) return { fields: [], error };
    throw error;
  }
}

/**
 * Targets that cannot express what the request asks for; undefined if all can.
 * @throws GatewayError `not_expressible` if none can, or what is wrong with the request; TemplateProblem
 */
export function lackingTargets(asked: Asked, targets: readonly TargetPlan[]): ReadonlySet<TargetPlan> | undefined {
  let lacking: Map<TargetPlan, Lacking> | undefined;
  for (const target of targets) {
    const lacks = lackingOf(asked, target);
    if (lacks !== undefined) (lacking ??= new Map()).set(target, lacks);
  }
  if (lacking === undefined) return undefined;
  if (lacking.size < targets.length) return new Set(lacking.keys());
  throw problemOf(lacking);
}

function problemOf(lacking: ReadonlyMap<TargetPlan, Lacking>): GatewayError {
  const wrong = [...lacking.values()].find(({ error }) => error !== undefined)?.error;
  if (wrong !== undefined) return wrong;
  const fields = [...new Set([...lacking.values()].flatMap((one) => one.fields))];
  const labels = [...lacking.keys()].map(({ label }) => label);
  return new GatewayError(
    "not_expressible",
    `the request must do without ${shown(fields)}, which none of its targets can express (${shown(labels)})`,
  );
}

const shown = (names: readonly string[]): string =>
  names.length <= MAX_NAMED ? names.join(", ") : `${names.slice(0, MAX_NAMED).join(", ")} and ${names.length - MAX_NAMED} more`;

/** A choice among the targets that can express the request. */
export class AbleChoice implements Choice {
  readonly target: TargetPlan;

  constructor(
    private readonly choice: Choice,
    private readonly lacking: ReadonlySet<TargetPlan>,
  ) {
    this.target = choice.target;
  }

  next(leftOut: LeftOut): TargetPlan | undefined {
    return this.choice.next((target) => this.lacking.has(target) || leftOut(target));
  }
}
