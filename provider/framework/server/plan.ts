import { equalValues } from "../cty/equal";
import { normalizeValue } from "../cty/normalize";
import { Path } from "../cty/path";
import { isUnknown, member, type CtyRecord } from "../cty/value";
import { outcomeViolations } from "../plan/compatible";
import { planViolations, type Violation } from "../plan/core-rules";
import { withoutWriteOnly } from "../plan/object";
import { distinctPaths, planChange } from "../plan/plan-change";
import { PrivateState } from "../private-state";
import type { Resource } from "../resource";
import { bodyType, type Body } from "../schema/block";
import { clientIfAny, find } from "./find";
import type * as m from "./messages";
import { respond, type Operation } from "./operation";
import type { Session } from "./session";

/** Reports breaches of core's rules in the provider's own words, with the place: core would only call them a bug. */
export function reportViolations(operation: Operation, summary: string, violations: readonly Violation[]): void {
  for (const { path, message } of violations) {
    const subject = path.length === 0 ? "The object" : path.toString();
    operation.diagnostics.error(summary, `${subject} ${message}. This is a fault of the provider.`, path);
  }
}

interface Change {
  readonly resource: Resource<unknown>;
  readonly config: CtyRecord;
  readonly prior: CtyRecord | null;
  readonly priv: PrivateState;
}

async function planDestroy(operation: Operation, { resource, prior, priv }: Omit<Change, "config">): Promise<void> {
  if (prior === null || resource.planDestroy === undefined) return;
  const { diagnostics, signal, log, session } = operation;
  await resource.planDestroy({ state: prior, client: clientIfAny(session), private: priv, diagnostics, signal, log });
}

/** A resource that cannot be updated is replaced by any change, except one the provider itself has yet to find. */
function replacedByAnyChange(body: Body, config: CtyRecord, prior: CtyRecord, plan: CtyRecord): readonly Path[] {
  return Object.entries(bodyType(body).attributes)
    .filter(([name, type]) => {
      const next = member(plan, name);
      if (isUnknown(next) && member(config, name) === null) return false;
      return !equalValues(type, next, member(prior, name));
    })
    .map(([name]) => Path.root(name));
}

async function modifyPlan(operation: Operation, change: Change, plan: CtyRecord, replace: Path[]): Promise<CtyRecord> {
  const { resource, config, prior, priv } = change;
  if (resource.modifyPlan === undefined) return plan;
  const { diagnostics, signal, log, session } = operation;
  const changed = await resource.modifyPlan({
    config,
    prior,
    plan,
    client: clientIfAny(session),
    private: priv,
    diagnostics,
    signal,
    log,
    requireReplace: (path) => replace.push(path),
  });
  if (changed === undefined) return plan;
  const entries = Object.entries(changed).filter(([, value]) => value !== undefined);
  return normalizeValue(bodyType(resource.schema), { ...plan, ...Object.fromEntries(entries) }) as CtyRecord;
}

async function planUpdate(
  operation: Operation,
  change: Change,
): Promise<Pick<m.PlanResourceChangeResponse, "plannedState" | "requiresReplace">> {
  const { resource, config, prior } = change;
  const { schema } = resource;
  const planned = planChange(schema, config, prior, operation.diagnostics);
  const replace = [...planned.requiresReplace];
  const plan = withoutWriteOnly(schema, await modifyPlan(operation, change, planned.plan, replace));
  if (prior !== null && resource.update === undefined) replace.push(...replacedByAnyChange(schema, config, prior, plan));
  reportViolations(operation, "The provider planned an invalid change", planViolations(schema, prior, config, plan));
  return {
    plannedState: operation.encode(schema, plan),
    requiresReplace: prior === null ? [] : distinctPaths(replace).map((path) => path.toMessage()),
  };
}

/** PlanResourceChange. */
export function planResourceChange(session: Session, request: m.PlanResourceChangeRequest): Promise<m.PlanResourceChangeResponse> {
  return respond(session, `planning ${request.typeName}`, async (operation) => {
    const resource = find(session.provider.resources, "a resource", request.typeName);
    const { schema } = resource;
    const prior = operation.decode(schema, request.priorState);
    const proposed = operation.decode(schema, request.proposedNewState);
    const config = operation.decodeConfig(schema, request.config);
    const priv = PrivateState.decode(request.priorPrivate);
    const identity = request.priorIdentity === undefined ? {} : { plannedIdentity: request.priorIdentity };
    if (proposed === null || config === null) {
      await planDestroy(operation, { resource, prior, priv });
      return { plannedState: operation.encode(schema, null), plannedPrivate: priv.encode(), ...identity };
    }
    const planned = await planUpdate(operation, { resource, config, prior, priv });
    return { ...planned, plannedPrivate: priv.encode(), ...identity };
  });
}

/** Reports what an apply made of a plan, where core would not accept it. */
export function reportOutcome(operation: Operation, body: Body, planned: CtyRecord, actual: CtyRecord): void {
  reportViolations(operation, "The provider made something else than it planned", outcomeViolations(body, planned, actual));
}
