import { isWhollyKnown } from "../cty/value";
import { emptyObject } from "../plan/object";
import type * as m from "./messages";
import { respond } from "./operation";
import type { Session } from "./session";

/** ConfigureProvider. With unknown values there may be no client: plans go on without one, reads keep the state. */
export function configureProvider(session: Session, request: m.ConfigureProviderRequest): Promise<m.DiagnosticsResponse> {
  return respond(session, "configuring the provider", async (operation) => {
    const { provider } = session;
    const config = operation.decodeConfig(provider.schema, request.config) ?? emptyObject(provider.schema);
    session.secrets.addAll(operation.secrets);
    if (operation.diagnostics.hasErrors) return {};
    const { diagnostics, signal, log } = operation;
    const context = { config, terraformVersion: request.terraformVersion ?? "", diagnostics, signal, log };
    if (isWhollyKnown(config)) session.client = { kind: "ready", client: await provider.configure(context) };
    else session.client = { kind: "unknown", client: await provider.configureUnknown?.(context) };
    return {};
  });
}
