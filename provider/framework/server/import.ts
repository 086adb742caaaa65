import { completeObject, emptyObject } from "../plan/object";
import { PrivateState } from "../private-state";
import type { ImportTarget } from "../resource";
import { find, requireClient } from "./find";
import { decodeIdentity, identityOf } from "./identity";
import type * as m from "./messages";
import { respond } from "./operation";
import type { Session } from "./session";

/** ImportResourceState: the little that identifies the resource; core reads the rest right after. */
export function importResourceState(session: Session, request: m.ImportResourceStateRequest): Promise<m.ImportResourceStateResponse> {
  const answer = respond(session, `importing ${request.typeName}`, async (operation) => {
    const resource = find(session.provider.resources, "a resource", request.typeName);
    const { schema } = resource;
    if (resource.importState === undefined) throw new Error(`${request.typeName} cannot be imported`);
    const identity = resource.identity === undefined ? undefined : decodeIdentity(resource.identity, request.identity);
    const target: ImportTarget = identity === undefined ? { id: request.id ?? "" } : { identity };
    const priv = PrivateState.decode(undefined);
    const { diagnostics, signal, log } = operation;
    const given = await resource.importState({ target, client: requireClient(session), private: priv, diagnostics, signal, log });
    const state = completeObject(schema, given, emptyObject(schema), `importing ${request.typeName}`, diagnostics);
    const found = (await identityOf(operation, resource, state)) ?? (identity === undefined ? undefined : request.identity);
    return {
      importedResources: [
        {
          typeName: request.typeName,
          state: operation.encode(schema, state),
          private: priv.encode(),
          ...(found === undefined ? {} : { identity: found }),
        },
      ],
    };
  });
  return answer.then((response) => ({ importedResources: [], ...response }));
}
