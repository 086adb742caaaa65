import { PrivateState } from "../private-state";
import type { Renewal } from "../resource";
import { expectedOf, resultOf } from "./data-source";
import { find, requireClient } from "./find";
import type * as m from "./messages";
import { respond, type Operation } from "./operation";
import type { Session } from "./session";

function renewAt({ renewAt: at }: Renewal): { readonly renewAt?: m.TimestampMessage } {
  if (at === undefined) return {};
  const seconds = Math.floor(at.getTime() / 1000);
  return { renewAt: { seconds, nanos: (at.getTime() - seconds * 1000) * 1_000_000 } };
}

function contextOf(operation: Operation, priv: PrivateState) {
  const { diagnostics, signal, log, session } = operation;
  return { client: requireClient(session), private: priv, diagnostics, signal, log };
}

/** OpenEphemeralResource. Its result is never stored, so nothing else in the answer may hold a part of it. */
export function openEphemeralResource(session: Session, request: m.OpenEphemeralResourceRequest): Promise<m.OpenEphemeralResourceResponse> {
  const doing = `opening ${request.typeName}`;
  return respond(session, doing, async (operation): Promise<Omit<m.OpenEphemeralResourceResponse, "diagnostics">> => {
    const ephemeral = find(session.provider.ephemeralResources, "an ephemeral resource", request.typeName);
    const { schema } = ephemeral;
    const config = operation.decodeConfig(schema, request.config);
    if (config === null) throw new Error("an ephemeral resource must have a configuration");
    if (operation.diagnostics.hasErrors) return {};
    const priv = PrivateState.decode(undefined);
    const run = await operation.attemptWithin(doing, undefined, () => ephemeral.open({ config, ...contextOf(operation, priv) }));
    if (!run.ok) return {};
    const result = resultOf(operation, schema, expectedOf(schema, config), run.value.result, doing);
    return { result: operation.encode(schema, result), private: priv.encode(), ...renewAt(run.value) };
  });
}

/** RenewEphemeralResource. */
export function renewEphemeralResource(session: Session, request: m.EphemeralPrivateRequest): Promise<m.RenewEphemeralResourceResponse> {
  return respond(session, `renewing ${request.typeName}`, async (operation) => {
    const ephemeral = find(session.provider.ephemeralResources, "an ephemeral resource", request.typeName);
    const priv = PrivateState.decode(request.private);
    const renewal = (await ephemeral.renew?.(contextOf(operation, priv))) ?? {};
    return { private: priv.encode(), ...renewAt(renewal) };
  });
}

/** CloseEphemeralResource. */
export function closeEphemeralResource(session: Session, request: m.EphemeralPrivateRequest): Promise<m.DiagnosticsResponse> {
  return respond(session, `closing ${request.typeName}`, async (operation) => {
    const ephemeral = find(session.provider.ephemeralResources, "an ephemeral resource", request.typeName);
    await ephemeral.close?.(contextOf(operation, PrivateState.decode(request.private)));
    return {};
  });
}
