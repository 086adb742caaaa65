import type { CtyRecord } from "../cty/value";
import { stateViolations } from "../plan/core-rules";
import { completeObject, keepStored } from "../plan/object";
import { PrivateState } from "../private-state";
import { clientIfAny, find, requireClient } from "./find";
import { identityOf } from "./identity";
import { DeferredReason } from "./messages";
import type * as m from "./messages";
import { limitOf, respond } from "./operation";
import { reportViolations } from "./plan";
import type { Session } from "./session";

/** ReadResource. Whatever goes wrong, the stored object is the answer: a read never loses a resource. */
export function readResource(session: Session, request: m.ReadResourceRequest): Promise<m.ReadResourceResponse> {
  return respond(session, `reading ${request.typeName}`, async (operation) => {
    const resource = find(session.provider.resources, "a resource", request.typeName);
    const { schema } = resource;
    const state = operation.decode(schema, request.currentState);
    const kept = {
      private: Buffer.from(request.private ?? []),
      ...(request.currentIdentity === undefined ? {} : { newIdentity: request.currentIdentity }),
    };
    if (state === null) return { newState: operation.encode(schema, null), ...kept };
    if (session.client.kind === "unknown" && clientIfAny(session) === undefined) {
      const isDeferred = request.clientCapabilities?.deferralAllowed === true;
      return {
        newState: operation.encode(schema, state),
        ...kept,
        ...(isDeferred ? { deferred: { reason: DeferredReason.providerConfigUnknown } } : {}),
      };
    }
    const priv = PrivateState.decode(request.private);
    const doing = `reading ${request.typeName}`;
    const run = await operation.attemptWithin(doing, limitOf("read", state, resource.timeouts), () => {
      const { diagnostics, signal, log } = operation;
      return resource.read({ state, client: requireClient(session), private: priv, diagnostics, signal, log });
    });
    if (!run.ok) return { newState: operation.encode(schema, state), ...kept };
    if (run.value === null) return { newState: operation.encode(schema, null), private: priv.encode() };
    const found: CtyRecord = keepStored(schema, state, completeObject(schema, run.value, state, doing, operation.diagnostics));
    reportViolations(operation, "The provider returned an invalid state", stateViolations(schema, found));
    const newIdentity = (await identityOf(operation, resource, found)) ?? request.currentIdentity;
    return { newState: operation.encode(schema, found), private: priv.encode(), ...(newIdentity === undefined ? {} : { newIdentity }) };
  });
}
