import { fromJson } from "../cty/json";
import { parseExactJson, toExactJson, toPlainJson } from "../cty/json-text";
import { Path } from "../cty/path";
import { isRecord, type CtyRecord } from "../cty/value";
import { completeObject, emptyObject, withEmptyBlocks, withoutWriteOnly } from "../plan/object";
import type { StateObject } from "../resource";
import { bodyType } from "../schema/block";
import type { Schema } from "../schema/schema";
import { find } from "./find";
import { identityOf, runUpgrades } from "./identity";
import type * as m from "./messages";
import { respond } from "./operation";
import type { Session } from "./session";

function jsonText(raw: m.RawStateMessage | undefined): string {
  if (raw?.json === undefined || raw.json.length === 0) {
    throw new Error("the stored state must be JSON; a state of Terraform 0.11 or older must be upgraded with Terraform 0.12 first");
  }
  return Buffer.from(raw.json).toString();
}

function stateOf(schema: Schema, json: unknown, dropUnknownAttributes: boolean): CtyRecord | null {
  const value = fromJson(bodyType(schema), toExactJson(json), Path.empty, { dropUnknownAttributes });
  return isRecord(value) ? withoutWriteOnly(schema, withEmptyBlocks(schema, value)) : null;
}

/** UpgradeResourceState: called for every instance on every plan, mostly with the current version. */
export function upgradeResourceState(session: Session, request: m.UpgradeResourceStateRequest): Promise<m.UpgradeResourceStateResponse> {
  return respond(session, `upgrading the state of ${request.typeName}`, async (operation) => {
    const { schema, upgrades } = find(session.provider.resources, "a resource", request.typeName);
    const version = request.version ?? 0;
    const upgraded = runUpgrades(`the state of ${request.typeName}`, version, schema.version, upgrades, jsonText(request.rawState));
    const state = stateOf(schema, upgraded, version === schema.version);
    return Promise.resolve({ upgradedState: operation.encode(schema, state) });
  });
}

/** MoveResourceState: the state of another type, made one of this type. */
export function moveResourceState(session: Session, request: m.MoveResourceStateRequest): Promise<m.MoveResourceStateResponse> {
  const { targetTypeName, sourceTypeName = "", sourceProviderAddress = "", sourceSchemaVersion = 0 } = request;
  return respond(session, `moving ${sourceTypeName} to ${targetTypeName}`, async (operation) => {
    const resource = find(session.provider.resources, "a resource", targetTypeName);
    const source = resource.moves?.find(
      ({ typeName, provider, schemaVersion }) =>
        typeName === sourceTypeName &&
        (provider === undefined || sourceProviderAddress === provider || sourceProviderAddress.endsWith(`/${provider}`)) &&
        (schemaVersion === undefined || schemaVersion === sourceSchemaVersion),
    );
    if (source === undefined) {
      throw new Error(`${targetTypeName} cannot take over version ${sourceSchemaVersion} of ${sourceTypeName} of ${sourceProviderAddress}`);
    }
    const before = toPlainJson(parseExactJson(jsonText(request.sourceState))) as StateObject;
    const { schema } = resource;
    const state = completeObject(
      schema,
      source.move(before),
      emptyObject(schema),
      `moving ${sourceTypeName} to ${targetTypeName}`,
      operation.diagnostics,
    );
    const targetIdentity = await identityOf(operation, resource, state);
    return {
      targetState: operation.encode(schema, state),
      targetPrivate: Buffer.alloc(0),
      ...(targetIdentity === undefined ? {} : { targetIdentity }),
    };
  });
}
