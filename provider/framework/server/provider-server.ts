import type * as m from "./messages";

/**
 * One provider behind protocol 6, without a transport: a method per RPC of the service `tfplugin6.Provider`, named as the RPC in
 * lowerCamelCase. Whatever a provider's author throws comes back as diagnostics; a method rejects only on a defect of the framework
 * or a request that is no protobuf message of the RPC. Methods may run at the same time, in any number.
 *
 * RPCs that are missing here (list resources, actions, state stores) are not supported: answer them with UNIMPLEMENTED, which core
 * never meets, because their schema maps are empty.
 */
export interface ProviderServer {
  getMetadata(): Promise<m.GetMetadataResponse>;
  getProviderSchema(): Promise<m.GetProviderSchemaResponse>;
  getResourceIdentitySchemas(): Promise<m.GetResourceIdentitySchemasResponse>;
  validateProviderConfig(request: m.ValidateProviderConfigRequest): Promise<m.DiagnosticsResponse>;
  validateResourceConfig(request: m.ValidateConfigRequest): Promise<m.DiagnosticsResponse>;
  validateDataResourceConfig(request: m.ValidateConfigRequest): Promise<m.DiagnosticsResponse>;
  validateEphemeralResourceConfig(request: m.ValidateConfigRequest): Promise<m.DiagnosticsResponse>;
  configureProvider(request: m.ConfigureProviderRequest): Promise<m.DiagnosticsResponse>;
  upgradeResourceState(request: m.UpgradeResourceStateRequest): Promise<m.UpgradeResourceStateResponse>;
  upgradeResourceIdentity(request: m.UpgradeResourceIdentityRequest): Promise<m.UpgradeResourceIdentityResponse>;
  readResource(request: m.ReadResourceRequest): Promise<m.ReadResourceResponse>;
  planResourceChange(request: m.PlanResourceChangeRequest): Promise<m.PlanResourceChangeResponse>;
  applyResourceChange(request: m.ApplyResourceChangeRequest): Promise<m.ApplyResourceChangeResponse>;
  importResourceState(request: m.ImportResourceStateRequest): Promise<m.ImportResourceStateResponse>;
  moveResourceState(request: m.MoveResourceStateRequest): Promise<m.MoveResourceStateResponse>;
  readDataSource(request: m.ReadDataSourceRequest): Promise<m.ReadDataSourceResponse>;
  getFunctions(): Promise<m.GetFunctionsResponse>;
  callFunction(request: m.CallFunctionRequest): Promise<m.CallFunctionResponse>;
  openEphemeralResource(request: m.OpenEphemeralResourceRequest): Promise<m.OpenEphemeralResourceResponse>;
  renewEphemeralResource(request: m.EphemeralPrivateRequest): Promise<m.RenewEphemeralResourceResponse>;
  closeEphemeralResource(request: m.EphemeralPrivateRequest): Promise<m.DiagnosticsResponse>;
  /** StopProvider: aborts the signal of every operation under way and of all later ones. */
  stopProvider(): Promise<m.StopProviderResponse>;
  /** The same for the shell around the server: call it when the process is asked to end. Idempotent. */
  stop(): void;
  /** How many operations that change something (Apply) are under way: a shell that gets a stray exception keeps serving while it is not 0. */
  readonly appliesUnderWay: number;
}
