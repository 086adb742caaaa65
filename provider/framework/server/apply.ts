import { emptyRecord, Unknown, unknownAsNull, type CtyRecord } from "../cty/value";
import { completeObject, keepStored } from "../plan/object";
import { stateViolations } from "../plan/core-rules";
import { PrivateState } from "../private-state";
import type { Resource } from "../resource";
import { find, requireClient } from "./find";
import { identityOf } from "./identity";
import type * as m from "./messages";
import { limitOf, respond, type Operation } from "./operation";
import { reportOutcome, reportViolations } from "./plan";
import type { Session } from "./session";

interface Change {
  readonly resource: Resource<unknown>;
  readonly typeName: string;
  readonly priv: PrivateState;
}

/** Handlers see undefined where a plan is unknown: what they have yet to find out. */
function withUndefined(plan: CtyRecord): Readonly<Record<string, unknown>> {
  const replace = (value: unknown): unknown => {
    if (value instanceof Unknown) return undefined;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== null) return value;
    const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, part] of Object.entries(value)) result[key] = replace(part);
    return result;
  };
  return replace(plan) as Readonly<Record<string, unknown>>;
}

async function destroy(operation: Operation, { resource, typeName, priv }: Change, prior: CtyRecord): Promise<CtyRecord | null> {
  const run = await operation.attemptWithin(`deleting ${typeName}`, limitOf("delete", prior, resource.timeouts), () =>
    resource.delete({ state: prior, client: requireClient(operation.session), private: priv, ...contextOf(operation) }),
  );
  return run.ok && !operation.diagnostics.hasErrors ? null : prior;
}

function contextOf(operation: Operation): Pick<Operation, "diagnostics" | "signal" | "log"> {
  const { diagnostics, signal, log } = operation;
  return { diagnostics, signal, log };
}

/**
 * Creates or updates. Whatever happens, the answer is the best that is known of the resource: core taints what a failed create
 * leaves, and stores what a failed update leaves. Without a state, a resource that exists would be lost.
 */
async function change(
  operation: Operation,
  { resource, typeName, priv }: Change,
  prior: CtyRecord | null,
  planned: CtyRecord,
  config: CtyRecord,
): Promise<CtyRecord | null> {
  const { schema } = resource;
  const verb = prior === null ? "creating" : "updating";
  const doing = `${verb} ${typeName}`;
  let saved: Readonly<Record<string, unknown>> | undefined;
  const save = (state: Readonly<Record<string, unknown>>): void => {
    saved = { ...saved, ...state };
  };
  const limit = limitOf(prior === null ? "create" : "update", config, resource.timeouts);
  const run = await operation.attemptWithin(doing, limit, () => {
    const request = {
      plan: withUndefined(planned),
      config,
      client: requireClient(operation.session),
      private: priv,
      save,
      ...contextOf(operation),
    };
    if (prior === null) return resource.create(request);
    if (resource.update === undefined) throw new Error(`${typeName} cannot be updated, only replaced`);
    return resource.update({ ...request, prior });
  });
  if (!run.ok) {
    if (saved === undefined) return prior;
    return completeObject(schema, saved, unknownAsNull(prior ?? planned) as CtyRecord, doing, operation.diagnostics);
  }
  // A handler in plain JavaScript may answer with nothing; the resource exists all the same and must not be lost.
  const answer = (run.value as Readonly<Record<string, unknown>> | undefined) ?? emptyRecord();
  const outcome = completeObject(schema, answer, planned, doing, operation.diagnostics);
  const settled = keepStored(schema, planned, outcome);
  reportOutcome(operation, schema, planned, settled);
  reportViolations(operation, "The provider returned an invalid state", stateViolations(schema, settled));
  return settled;
}

/** ApplyResourceChange. */
export async function applyResourceChange(session: Session, request: m.ApplyResourceChangeRequest): Promise<m.ApplyResourceChangeResponse> {
  session.appliesUnderWay++;
  try {
    return await respond(session, `applying ${request.typeName}`, async (operation) => {
      const resource = find(session.provider.resources, "a resource", request.typeName);
      const prior = operation.decode(resource.schema, request.priorState);
      const planned = operation.decode(resource.schema, request.plannedState);
      const config = operation.decodeConfig(resource.schema, request.config);
      const parts: Change = { resource, typeName: request.typeName, priv: PrivateState.decode(request.plannedPrivate) };
      let state: CtyRecord | null = null;
      if (planned !== null) state = await change(operation, parts, prior, planned, config ?? planned);
      else if (prior !== null) state = await destroy(operation, parts, prior);
      const newIdentity = (await identityOf(operation, resource, state)) ?? (state === null ? undefined : request.plannedIdentity);
      return {
        newState: operation.encode(resource.schema, state),
        private: parts.priv.encode(),
        ...(newIdentity === undefined ? {} : { newIdentity }),
      };
    });
  } finally {
    session.appliesUnderWay--;
  }
}
