/** A provider's server that does nothing, for tests of what is around it. */
import type { ProviderServer } from "../../../provider/framework";

const nothing = { diagnostics: [] };
const emptySchema = { version: 0, block: { attributes: [], blockTypes: [] } };

/** Every method answers with nothing but what `overrides` says. */
export function fakeServer(overrides: Partial<ProviderServer> = {}): ProviderServer {
  const answer = <T>(value: T) => {
    return (): Promise<T> => Promise.resolve(value);
  };
  return {
    getMetadata: answer({ ...nothing, serverCapabilities: {}, resources: [], dataSources: [], ephemeralResources: [], functions: [] }),
    getProviderSchema: answer({
      ...nothing,
      provider: emptySchema,
      resourceSchemas: {},
      dataSourceSchemas: {},
      ephemeralResourceSchemas: {},
      functions: {},
      serverCapabilities: { planDestroy: true },
    }),
    getResourceIdentitySchemas: answer({ ...nothing, identitySchemas: {} }),
    validateProviderConfig: answer(nothing),
    validateResourceConfig: answer(nothing),
    validateDataResourceConfig: answer(nothing),
    validateEphemeralResourceConfig: answer(nothing),
    configureProvider: answer(nothing),
    upgradeResourceState: answer(nothing),
    upgradeResourceIdentity: answer(nothing),
    readResource: answer(nothing),
    planResourceChange: answer(nothing),
    applyResourceChange: answer(nothing),
    importResourceState: answer({ ...nothing, importedResources: [] }),
    moveResourceState: answer(nothing),
    readDataSource: answer(nothing),
    getFunctions: answer({ ...nothing, functions: {} }),
    callFunction: answer({}),
    openEphemeralResource: answer(nothing),
    renewEphemeralResource: answer(nothing),
    closeEphemeralResource: answer(nothing),
    stopProvider: answer({ Error: "" }),
    stop: () => undefined,
    appliesUnderWay: 0,
    ...overrides,
  };
}
