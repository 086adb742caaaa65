import type { Provider } from "./provider";
import { applyResourceChange } from "./server/apply";
import { callFunction } from "./server/call-function";
import { configureProvider } from "./server/configure";
import { readDataSource } from "./server/data-source";
import { closeEphemeralResource, openEphemeralResource, renewEphemeralResource } from "./server/ephemeral";
import { upgradeResourceIdentity } from "./server/identity";
import { importResourceState } from "./server/import";
import { planResourceChange } from "./server/plan";
import type { ProviderServer } from "./server/provider-server";
import { readResource } from "./server/read";
import { checkProvider, functionMessages, identitySchemas, metadata, providerSchema } from "./server/schema";
import { Session, type ServerOptions } from "./server/session";
import { moveResourceState, upgradeResourceState } from "./server/upgrade";
import { validateConfig } from "./server/validate";

export type { ProviderServer } from "./server/provider-server";
export type { ServerOptions } from "./server/session";

/** A request for a type that does not exist is answered, not thrown: an empty schema lets the lookup in the answer speak. */
function partOf<T>(parts: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(parts, name) ? parts[name] : undefined;
}

const UNKNOWN_TYPE = { diagnostics: [{ severity: 1, summary: "Unknown type", detail: "The provider has no such type." }] } as const;

/**
 * Puts a provider behind protocol 6, in process and without a transport.
 *
 * @throws ProviderDefinitionError when the provider's own schemas break a rule of core: one sentence per mistake.
 */
export function createProviderServer(provider: Provider, options: ServerOptions = {}): ProviderServer {
  checkProvider(provider);
  const session = new Session(provider, options);
  const schema = providerSchema(provider);
  const { resources, dataSources, ephemeralResources } = provider;
  return {
    getMetadata: () => Promise.resolve(metadata(provider)),
    getProviderSchema: () => Promise.resolve(schema),
    getResourceIdentitySchemas: () => Promise.resolve(identitySchemas(provider)),
    getFunctions: () => Promise.resolve({ functions: functionMessages(provider), diagnostics: [] }),
    validateProviderConfig: (request) =>
      validateConfig(session, "the provider", provider.schema, request, provider.validate?.bind(provider)),
    validateResourceConfig(request) {
      const part = partOf(resources, request.typeName);
      if (part === undefined) return Promise.resolve(UNKNOWN_TYPE);
      return validateConfig(session, request.typeName, part.schema, request, part.validate?.bind(part));
    },
    validateDataResourceConfig(request) {
      const part = partOf(dataSources, request.typeName);
      if (part === undefined) return Promise.resolve(UNKNOWN_TYPE);
      return validateConfig(session, request.typeName, part.schema, request, part.validate?.bind(part));
    },
    validateEphemeralResourceConfig(request) {
      const part = partOf(ephemeralResources, request.typeName);
      if (part === undefined) return Promise.resolve(UNKNOWN_TYPE);
      return validateConfig(session, request.typeName, part.schema, request, part.validate?.bind(part));
    },
    configureProvider: (request) => configureProvider(session, request),
    upgradeResourceState: (request) => upgradeResourceState(session, request),
    upgradeResourceIdentity: (request) => upgradeResourceIdentity(session, request),
    readResource: (request) => readResource(session, request),
    planResourceChange: (request) => planResourceChange(session, request),
    applyResourceChange: (request) => applyResourceChange(session, request),
    importResourceState: (request) => importResourceState(session, request),
    moveResourceState: (request) => moveResourceState(session, request),
    readDataSource: (request) => readDataSource(session, request),
    callFunction: (request) => callFunction(session, request),
    openEphemeralResource: (request) => openEphemeralResource(session, request),
    renewEphemeralResource: (request) => renewEphemeralResource(session, request),
    closeEphemeralResource: (request) => closeEphemeralResource(session, request),
    stopProvider() {
      session.stop();
      return Promise.resolve({ Error: "" });
    },
    stop: () => session.stop(),
    get appliesUnderWay() {
      return session.appliesUnderWay;
    },
  };
}
