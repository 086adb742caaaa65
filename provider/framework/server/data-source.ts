import { emptyRecord, isRecord, type CtyRecord } from "../cty/value";
import { outcomeViolations } from "../plan/compatible";
import { completeObject } from "../plan/object";
import { proposedNew } from "../plan/proposed";
import { applyDefaults, markUnknown } from "../plan/steps";
import type { Body } from "../schema/block";
import { clientIfAny, find, requireClient } from "./find";
import { DeferredReason } from "./messages";
import type * as m from "./messages";
import { respond, type Operation } from "./operation";
import { reportViolations } from "./plan";
import type { Session } from "./session";

/** What is certain before the read: the configuration and defaults; the rest is to be found out. */
export function expectedOf(body: Body, config: CtyRecord): CtyRecord {
  const proposed = applyDefaults(body, config, null, proposedNew(body, config, null));
  return markUnknown(body, config, null, proposed);
}

/** The object that a data source or ephemeral resource answers with. */
export function resultOf(operation: Operation, body: Body, expected: CtyRecord, given: unknown, doing: string): CtyRecord {
  const answer = isRecord(given as CtyRecord) ? (given as Readonly<Record<string, unknown>>) : emptyRecord();
  const result = completeObject(body, answer, expected, doing, operation.diagnostics);
  reportViolations(operation, "The provider changed configured values", outcomeViolations(body, expected, result));
  return result;
}

/** ReadDataSource. */
export function readDataSource(session: Session, request: m.ReadDataSourceRequest): Promise<m.ReadDataSourceResponse> {
  const doing = `reading data source ${request.typeName}`;
  return respond(session, doing, async (operation): Promise<Omit<m.ReadDataSourceResponse, "diagnostics">> => {
    const dataSource = find(session.provider.dataSources, "a data source", request.typeName);
    const { schema } = dataSource;
    const config = operation.decodeConfig(schema, request.config);
    if (config === null) throw new Error("a data source must have a configuration");
    if (session.client.kind === "unknown" && clientIfAny(session) === undefined && request.clientCapabilities?.deferralAllowed === true) {
      return { state: operation.encode(schema, expectedOf(schema, config)), deferred: { reason: DeferredReason.providerConfigUnknown } };
    }
    if (operation.diagnostics.hasErrors) return {};
    const expected = expectedOf(schema, config);
    const run = await operation.attemptWithin(doing, undefined, () => {
      const { diagnostics, signal, log } = operation;
      return dataSource.read({ config, client: requireClient(session), diagnostics, signal, log });
    });
    return run.ok ? { state: operation.encode(schema, resultOf(operation, schema, expected, run.value, doing)) } : {};
  });
}
