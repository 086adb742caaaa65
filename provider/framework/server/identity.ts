import { fromJson } from "../cty/json";
import { parseExactJson, toExactJson, toPlainJson } from "../cty/json-text";
import { decodeMsgpack, encodeMsgpack } from "../cty/msgpack";
import { Path } from "../cty/path";
import { typeToJson } from "../cty/type-json";
import type { CtyType } from "../cty/type";
import { isRecord, isWhollyKnown, type CtyRecord, type CtyValue } from "../cty/value";
import type { Identity, IdentityValues, Resource, StateObject } from "../resource";
import type * as m from "./messages";
import { find } from "./find";
import { respond, type Operation } from "./operation";
import type { Session } from "./session";

type AnyIdentity = Identity<CtyRecord>;

function identityType(identity: AnyIdentity): CtyType {
  return { kind: "object", attributes: Object.fromEntries(Object.entries(identity.attributes).map(([name, { type }]) => [name, type])) };
}

/** An identity's schema as core takes it. */
export function identityToMessage(identity: AnyIdentity): m.IdentitySchemaMessage {
  return {
    version: identity.version ?? 0,
    identityAttributes: Object.entries(identity.attributes).map(([name, { type, description, optionalForImport }]) => ({
      name,
      type: Buffer.from(typeToJson(type)),
      requiredForImport: optionalForImport !== true,
      optionalForImport: optionalForImport === true,
      ...(description === undefined ? {} : { description }),
    })),
  };
}

/** Decodes an identity; undefined where there is none. */
export function decodeIdentity(identity: AnyIdentity, message: m.ResourceIdentityMessage | undefined): IdentityValues | undefined {
  const bytes = message?.identityData?.msgpack;
  if (bytes === undefined || bytes.length === 0) return undefined;
  const value = decodeMsgpack(identityType(identity), bytes);
  return isRecord(value) && isWhollyKnown(value) ? (value as IdentityValues) : undefined;
}

/** Encodes an identity. */
export function encodeIdentity(identity: AnyIdentity, values: unknown): m.ResourceIdentityMessage {
  return { identityData: { msgpack: encodeMsgpack(identityType(identity), values) } };
}

/** The identity of a stored resource: none while a value that an import needs is missing, as right after an import. */
export async function identityOf(
  operation: Operation,
  resource: Resource<unknown>,
  state: CtyRecord | null,
): Promise<m.ResourceIdentityMessage | undefined> {
  const { identity } = resource;
  if (identity === undefined || state === null) return undefined;
  const run = await operation.attempt("finding the identity", () => {
    const values = identity.of(state);
    const isComplete = Object.entries(identity.attributes).every(
      ([name, { optionalForImport }]) => optionalForImport === true || values[name] != null,
    );
    return isComplete ? encodeIdentity(identity, values) : undefined;
  });
  return run.ok ? run.value : undefined;
}

/** Runs an object of an older version through its upgrades, one version at a time. */
export function runUpgrades(
  what: string,
  from: number,
  to: number,
  upgrades: Readonly<Record<number, (state: StateObject) => StateObject>> | undefined,
  json: string,
): unknown {
  if (from > to)
    throw new Error(`${what} was stored with version ${from}, but this provider knows versions up to ${to}: use a newer provider`);
  let value: unknown = toPlainJson(parseExactJson(json));
  for (let version = from; version < to; version++) {
    const upgrade = upgrades?.[version];
    if (upgrade === undefined)
      throw new Error(`${what} was stored with version ${from}, and the provider has no upgrade from version ${version}`);
    value = upgrade(value as StateObject);
  }
  return value;
}

/** UpgradeResourceIdentity. */
export function upgradeResourceIdentity(
  session: Session,
  request: m.UpgradeResourceIdentityRequest,
): Promise<m.UpgradeResourceIdentityResponse> {
  return respond(session, `upgrading the identity of ${request.typeName}`, async () => {
    const { identity } = find(session.provider.resources, "a resource", request.typeName);
    if (identity === undefined) throw new Error(`${request.typeName} has no identity`);
    const text = Buffer.from(request.rawIdentity?.json ?? []).toString();
    const upgraded = runUpgrades("the identity", request.version ?? 0, identity.version ?? 0, identity.upgrades, text);
    const value: CtyValue = fromJson(identityType(identity), toExactJson(upgraded), Path.empty, {});
    return Promise.resolve({ upgradedIdentity: encodeIdentity(identity, value) });
  });
}
