/**
 * The provider's service: each RPC to the framework's method, and the one place where whatever is thrown becomes a diagnostic. A gRPC error would be
 * shown as a fault of the plugin's wire, and during an apply it would lose the object that was just made.
 */
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { ProviderServer } from "../framework";
import type { Logger } from "./log";
import { serviceDefinition } from "./messages";
import { Severity, type Diagnostic, type ProviderMethods } from "./messages.generated";
import type { ServiceImplementation } from "./server";

/** The name of an RPC. */
export type MethodName = keyof ProviderMethods;
type Request<M extends MethodName> = ProviderMethods[M][0];
type Response<M extends MethodName> = ProviderMethods[M][1];

type Calls = { readonly [M in MethodName]: (server: ProviderServer, request: Request<M>) => Promise<Response<M>> };
type Failures = { readonly [M in MethodName]?: (request: Request<M>, diagnostic: Diagnostic) => Response<M> };

/** A text that is empty is absent on the wire. */
function named<T extends { readonly typeName?: string | undefined }>(request: T): T & { readonly typeName: string } {
  return { ...request, typeName: request.typeName ?? "" };
}

const CALLS: Calls = {
  GetMetadata: (server) => server.getMetadata(),
  GetProviderSchema: (server) => server.getProviderSchema(),
  GetResourceIdentitySchemas: (server) => server.getResourceIdentitySchemas(),
  ValidateProviderConfig: (server, request) => server.validateProviderConfig(request),
  ValidateResourceConfig: (server, request) => server.validateResourceConfig(named(request)),
  ValidateDataResourceConfig: (server, request) => server.validateDataResourceConfig(named(request)),
  ValidateEphemeralResourceConfig: (server, request) => server.validateEphemeralResourceConfig(named(request)),
  ConfigureProvider: (server, request) => server.configureProvider(request),
  UpgradeResourceState: (server, request) => server.upgradeResourceState(named(request)),
  UpgradeResourceIdentity: (server, request) => server.upgradeResourceIdentity(named(request)),
  ReadResource: (server, request) => server.readResource(named(request)),
  PlanResourceChange: (server, request) => server.planResourceChange(named(request)),
  ApplyResourceChange: (server, request) => server.applyResourceChange(named(request)),
  ImportResourceState: (server, request) => server.importResourceState(named(request)),
  MoveResourceState: (server, request) => server.moveResourceState({ ...request, targetTypeName: request.targetTypeName ?? "" }),
  ReadDataSource: (server, request) => server.readDataSource(named(request)),
  GetFunctions: (server) => server.getFunctions(),
  CallFunction: (server, request) => server.callFunction({ ...request, name: request.name ?? "" }),
  OpenEphemeralResource: (server, request) => server.openEphemeralResource(named(request)),
  RenewEphemeralResource: (server, request) => server.renewEphemeralResource(named(request)),
  CloseEphemeralResource: (server, request) => server.closeEphemeralResource(named(request)),
  StopProvider: (server) => server.stopProvider(),
};

/** What is answered besides the diagnostic: never less than core had before the call. */
const FAILURES: Failures = {
  ReadResource: ({ currentState, currentIdentity, ...request }, diagnostic) => ({
    newState: currentState,
    newIdentity: currentIdentity,
    private: request.private,
    diagnostics: [diagnostic],
  }),
  ApplyResourceChange: ({ priorState, plannedPrivate }, diagnostic) => ({
    newState: priorState,
    private: plannedPrivate,
    diagnostics: [diagnostic],
  }),
  CallFunction: (_request, { summary, detail }) => ({ error: { text: `${summary ?? ""}: ${detail ?? ""}` } }),
  StopProvider: (_request, { detail }) => ({ Error: detail }),
};

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.message !== "") return thrown.message;
  return typeof thrown === "string" && thrown !== "" ? thrown : "an error without a message";
}

function diagnosticOf(method: MethodName, typeName: string | undefined, thrown: unknown): Diagnostic {
  const where = typeName === undefined || typeName === "" ? method : `${method} of ${typeName}`;
  return {
    severity: Severity.ERROR,
    summary: "The provider failed",
    detail: `${where}: ${messageOf(thrown)}\n\nThis is a defect of the provider: please report it. TF_LOG_PROVIDER=debug shows where it was thrown.`,
  };
}

function typeNameOf(request: object): string | undefined {
  return "typeName" in request && typeof request.typeName === "string" ? request.typeName : undefined;
}

/** Calls one method of the framework. Never rejects: a throw becomes an error diagnostic (of a function: its error) and a line in the log. */
export async function callProvider<M extends MethodName>(
  server: ProviderServer,
  method: M,
  request: Request<M>,
  log: Logger,
): Promise<Response<M>> {
  const typeName = typeNameOf(request);
  const started = process.hrtime.bigint();
  log.trace("call", { rpc: method, type: typeName });
  try {
    return await CALLS[method](server, request);
  } catch (error) {
    log.error("the call threw", { rpc: method, type: typeName, stack: error instanceof Error ? error.stack : String(error) });
    const diagnostic = diagnosticOf(method, typeName, error);
    const failure: ((request: Request<M>, diagnostic: Diagnostic) => Response<M>) | undefined = FAILURES[method];
    return failure === undefined ? ({ diagnostics: [diagnostic] } as Response<M>) : failure(request, diagnostic);
  } finally {
    log.trace("answer", { rpc: method, type: typeName, ms: Number((process.hrtime.bigint() - started) / 10_000n) / 100 });
  }
}

/**
 * The service `tfplugin6.Provider` over a provider of the framework. `serverFor` says which server answers a call. Methods that it lacks (of experiments of
 * core) are answered UNIMPLEMENTED.
 */
export function providerService(serverFor: (method: MethodName) => ProviderServer, log: Logger): ServiceImplementation {
  const handler =
    <M extends MethodName>(method: M): handleUnaryCall<Request<M>, Response<M>> =>
    (call, callback) => {
      void callProvider(serverFor(method), method, call.request, log).then((response) => callback(null, response));
    };
  const methods = Object.keys(CALLS) as MethodName[];
  return {
    definition: serviceDefinition("tfplugin6.Provider"),
    implementation: Object.fromEntries(methods.map((method) => [method, handler(method)])),
  };
}
