/* Generated from provider/rpc/proto by provider/rpc/generate.ts. Do not edit. */
import type { INamespace } from "protobufjs/light";

/** grpc.health.v1.HealthCheckRequest */
export interface HealthCheckRequest {
  readonly service?: string | undefined;
}

/** grpc.health.v1.HealthCheckResponse */
export interface HealthCheckResponse {
  readonly status?: number | undefined;
}

/** plugin.Empty */
export type Empty = Readonly<Record<string, never>>;

/** plugin.StdioData */
export interface StdioData {
  readonly channel?: number | undefined;
  readonly data?: Uint8Array | undefined;
}

/** plugin.ConnInfo */
export interface ConnInfo {
  readonly serviceId?: number | undefined;
  readonly network?: string | undefined;
  readonly address?: string | undefined;
}

/** tfplugin6.DynamicValue */
export interface DynamicValue {
  readonly msgpack?: Uint8Array | undefined;
  readonly json?: Uint8Array | undefined;
}

/** tfplugin6.Diagnostic */
export interface Diagnostic {
  readonly severity?: number | undefined;
  readonly summary?: string | undefined;
  readonly detail?: string | undefined;
  readonly attribute?: AttributePath | undefined;
}

/** tfplugin6.AttributePath */
export interface AttributePath {
  readonly steps?: readonly AttributeStep[] | undefined;
}

/** tfplugin6.AttributeStep */
export interface AttributeStep {
  readonly attributeName?: string | undefined;
  readonly elementKeyString?: string | undefined;
  readonly elementKeyInt?: number | undefined;
}

/** tfplugin6.FunctionError */
export interface FunctionError {
  readonly text?: string | undefined;
  readonly functionArgument?: number | undefined;
}

/** tfplugin6.RawState */
export interface RawState {
  readonly json?: Uint8Array | undefined;
  readonly flatmap?: Readonly<Record<string, string>> | undefined;
}

/** tfplugin6.Deferred */
export interface Deferred {
  readonly reason?: number | undefined;
}

/** tfplugin6.ServerCapabilities */
export interface ServerCapabilities {
  readonly planDestroy?: boolean | undefined;
  readonly getProviderSchemaOptional?: boolean | undefined;
  readonly moveResourceState?: boolean | undefined;
  readonly generateResourceConfig?: boolean | undefined;
}

/** tfplugin6.ClientCapabilities */
export interface ClientCapabilities {
  readonly deferralAllowed?: boolean | undefined;
  readonly writeOnlyAttributesAllowed?: boolean | undefined;
  readonly storePlannedPrivate?: boolean | undefined;
  readonly computedBlocksAllowed?: boolean | undefined;
}

/** tfplugin6.Timestamp */
export interface Timestamp {
  readonly seconds?: number | undefined;
  readonly nanos?: number | undefined;
}

/** tfplugin6.ResourceIdentityData */
export interface ResourceIdentityData {
  readonly identityData?: DynamicValue | undefined;
}

/** tfplugin6.ResourceIdentitySchema */
export interface ResourceIdentitySchema {
  readonly version?: number | undefined;
  readonly identityAttributes?: readonly IdentityAttribute[] | undefined;
}

/** tfplugin6.IdentityAttribute */
export interface IdentityAttribute {
  readonly name?: string | undefined;
  readonly type?: Uint8Array | undefined;
  readonly requiredForImport?: boolean | undefined;
  readonly optionalForImport?: boolean | undefined;
  readonly description?: string | undefined;
}

/** tfplugin6.Schema */
export interface Schema {
  readonly version?: number | undefined;
  readonly block?: Block | undefined;
}

/** tfplugin6.Block */
export interface Block {
  readonly version?: number | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
  readonly blockTypes?: readonly NestedBlock[] | undefined;
  readonly description?: string | undefined;
  readonly descriptionKind?: number | undefined;
  readonly deprecated?: boolean | undefined;
  readonly deprecationMessage?: string | undefined;
}

/** tfplugin6.Attribute */
export interface Attribute {
  readonly name?: string | undefined;
  readonly type?: Uint8Array | undefined;
  readonly description?: string | undefined;
  readonly required?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly computed?: boolean | undefined;
  readonly sensitive?: boolean | undefined;
  readonly descriptionKind?: number | undefined;
  readonly deprecated?: boolean | undefined;
  readonly nestedType?: ObjectType | undefined;
  readonly writeOnly?: boolean | undefined;
  readonly deprecationMessage?: string | undefined;
}

/** tfplugin6.ObjectType */
export interface ObjectType {
  readonly attributes?: readonly Attribute[] | undefined;
  readonly nesting?: number | undefined;
}

/** tfplugin6.NestedBlock */
export interface NestedBlock {
  readonly typeName?: string | undefined;
  readonly block?: Block | undefined;
  readonly nesting?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
}

/** tfplugin6.FunctionSchema */
export interface FunctionSchema {
  readonly parameters?: readonly FunctionParameter[] | undefined;
  readonly variadicParameter?: FunctionParameter | undefined;
  readonly return?: FunctionReturn | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly descriptionKind?: number | undefined;
  readonly deprecationMessage?: string | undefined;
}

/** tfplugin6.FunctionParameter */
export interface FunctionParameter {
  readonly name?: string | undefined;
  readonly type?: Uint8Array | undefined;
  readonly allowNullValue?: boolean | undefined;
  readonly allowUnknownValues?: boolean | undefined;
  readonly description?: string | undefined;
  readonly descriptionKind?: number | undefined;
}

/** tfplugin6.FunctionReturn */
export interface FunctionReturn {
  readonly type?: Uint8Array | undefined;
}

/** tfplugin6.GetMetadataRequest */
export type GetMetadataRequest = Readonly<Record<string, never>>;

/** tfplugin6.GetMetadataResponse */
export interface GetMetadataResponse {
  readonly serverCapabilities?: ServerCapabilities | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly dataSources?: readonly TypeMetadata[] | undefined;
  readonly resources?: readonly TypeMetadata[] | undefined;
  readonly functions?: readonly FunctionMetadata[] | undefined;
  readonly ephemeralResources?: readonly TypeMetadata[] | undefined;
}

/** tfplugin6.TypeMetadata */
export interface TypeMetadata {
  readonly typeName?: string | undefined;
}

/** tfplugin6.FunctionMetadata */
export interface FunctionMetadata {
  readonly name?: string | undefined;
}

/** tfplugin6.GetProviderSchemaRequest */
export type GetProviderSchemaRequest = Readonly<Record<string, never>>;

/** tfplugin6.GetProviderSchemaResponse */
export interface GetProviderSchemaResponse {
  readonly provider?: Schema | undefined;
  readonly resourceSchemas?: Readonly<Record<string, Schema>> | undefined;
  readonly dataSourceSchemas?: Readonly<Record<string, Schema>> | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly providerMeta?: Schema | undefined;
  readonly serverCapabilities?: ServerCapabilities | undefined;
  readonly functions?: Readonly<Record<string, FunctionSchema>> | undefined;
  readonly ephemeralResourceSchemas?: Readonly<Record<string, Schema>> | undefined;
}

/** tfplugin6.GetResourceIdentitySchemasRequest */
export type GetResourceIdentitySchemasRequest = Readonly<Record<string, never>>;

/** tfplugin6.GetResourceIdentitySchemasResponse */
export interface GetResourceIdentitySchemasResponse {
  readonly identitySchemas?: Readonly<Record<string, ResourceIdentitySchema>> | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.ValidateProviderConfigRequest */
export interface ValidateProviderConfigRequest {
  readonly config?: DynamicValue | undefined;
}

/** tfplugin6.ValidateProviderConfigResponse */
export interface ValidateProviderConfigResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.ValidateResourceConfigRequest */
export interface ValidateResourceConfigRequest {
  readonly typeName?: string | undefined;
  readonly config?: DynamicValue | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
}

/** tfplugin6.ValidateResourceConfigResponse */
export interface ValidateResourceConfigResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.ValidateDataResourceConfigRequest */
export interface ValidateDataResourceConfigRequest {
  readonly typeName?: string | undefined;
  readonly config?: DynamicValue | undefined;
}

/** tfplugin6.ValidateDataResourceConfigResponse */
export interface ValidateDataResourceConfigResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.ValidateEphemeralResourceConfigRequest */
export interface ValidateEphemeralResourceConfigRequest {
  readonly typeName?: string | undefined;
  readonly config?: DynamicValue | undefined;
}

/** tfplugin6.ValidateEphemeralResourceConfigResponse */
export interface ValidateEphemeralResourceConfigResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.ConfigureProviderRequest */
export interface ConfigureProviderRequest {
  readonly terraformVersion?: string | undefined;
  readonly config?: DynamicValue | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
}

/** tfplugin6.ConfigureProviderResponse */
export interface ConfigureProviderResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.UpgradeResourceStateRequest */
export interface UpgradeResourceStateRequest {
  readonly typeName?: string | undefined;
  readonly version?: number | undefined;
  readonly rawState?: RawState | undefined;
}

/** tfplugin6.UpgradeResourceStateResponse */
export interface UpgradeResourceStateResponse {
  readonly upgradedState?: DynamicValue | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.UpgradeResourceIdentityRequest */
export interface UpgradeResourceIdentityRequest {
  readonly typeName?: string | undefined;
  readonly version?: number | undefined;
  readonly rawIdentity?: RawState | undefined;
}

/** tfplugin6.UpgradeResourceIdentityResponse */
export interface UpgradeResourceIdentityResponse {
  readonly upgradedIdentity?: ResourceIdentityData | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.ReadResourceRequest */
export interface ReadResourceRequest {
  readonly typeName?: string | undefined;
  readonly currentState?: DynamicValue | undefined;
  readonly private?: Uint8Array | undefined;
  readonly providerMeta?: DynamicValue | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
  readonly currentIdentity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ReadResourceResponse */
export interface ReadResourceResponse {
  readonly newState?: DynamicValue | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly private?: Uint8Array | undefined;
  readonly deferred?: Deferred | undefined;
  readonly newIdentity?: ResourceIdentityData | undefined;
}

/** tfplugin6.PlanResourceChangeRequest */
export interface PlanResourceChangeRequest {
  readonly typeName?: string | undefined;
  readonly priorState?: DynamicValue | undefined;
  readonly proposedNewState?: DynamicValue | undefined;
  readonly config?: DynamicValue | undefined;
  readonly priorPrivate?: Uint8Array | undefined;
  readonly providerMeta?: DynamicValue | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
  readonly priorIdentity?: ResourceIdentityData | undefined;
  readonly plannedPrivate?: Uint8Array | undefined;
}

/** tfplugin6.PlanResourceChangeResponse */
export interface PlanResourceChangeResponse {
  readonly plannedState?: DynamicValue | undefined;
  readonly requiresReplace?: readonly AttributePath[] | undefined;
  readonly plannedPrivate?: Uint8Array | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly deferred?: Deferred | undefined;
  readonly plannedIdentity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ApplyResourceChangeRequest */
export interface ApplyResourceChangeRequest {
  readonly typeName?: string | undefined;
  readonly priorState?: DynamicValue | undefined;
  readonly plannedState?: DynamicValue | undefined;
  readonly config?: DynamicValue | undefined;
  readonly plannedPrivate?: Uint8Array | undefined;
  readonly providerMeta?: DynamicValue | undefined;
  readonly plannedIdentity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ApplyResourceChangeResponse */
export interface ApplyResourceChangeResponse {
  readonly newState?: DynamicValue | undefined;
  readonly private?: Uint8Array | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly newIdentity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ImportResourceStateRequest */
export interface ImportResourceStateRequest {
  readonly typeName?: string | undefined;
  readonly id?: string | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
  readonly identity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ImportedResource */
export interface ImportedResource {
  readonly typeName?: string | undefined;
  readonly state?: DynamicValue | undefined;
  readonly private?: Uint8Array | undefined;
  readonly identity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ImportResourceStateResponse */
export interface ImportResourceStateResponse {
  readonly importedResources?: readonly ImportedResource[] | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly deferred?: Deferred | undefined;
}

/** tfplugin6.MoveResourceStateRequest */
export interface MoveResourceStateRequest {
  readonly sourceProviderAddress?: string | undefined;
  readonly sourceTypeName?: string | undefined;
  readonly sourceSchemaVersion?: number | undefined;
  readonly sourceState?: RawState | undefined;
  readonly targetTypeName?: string | undefined;
  readonly sourcePrivate?: Uint8Array | undefined;
  readonly sourceIdentity?: RawState | undefined;
  readonly sourceIdentitySchemaVersion?: number | undefined;
}

/** tfplugin6.MoveResourceStateResponse */
export interface MoveResourceStateResponse {
  readonly targetState?: DynamicValue | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly targetPrivate?: Uint8Array | undefined;
  readonly targetIdentity?: ResourceIdentityData | undefined;
}

/** tfplugin6.ReadDataSourceRequest */
export interface ReadDataSourceRequest {
  readonly typeName?: string | undefined;
  readonly config?: DynamicValue | undefined;
  readonly providerMeta?: DynamicValue | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
}

/** tfplugin6.ReadDataSourceResponse */
export interface ReadDataSourceResponse {
  readonly state?: DynamicValue | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly deferred?: Deferred | undefined;
}

/** tfplugin6.GetFunctionsRequest */
export type GetFunctionsRequest = Readonly<Record<string, never>>;

/** tfplugin6.GetFunctionsResponse */
export interface GetFunctionsResponse {
  readonly functions?: Readonly<Record<string, FunctionSchema>> | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.CallFunctionRequest */
export interface CallFunctionRequest {
  readonly name?: string | undefined;
  readonly arguments?: readonly DynamicValue[] | undefined;
}

/** tfplugin6.CallFunctionResponse */
export interface CallFunctionResponse {
  readonly result?: DynamicValue | undefined;
  readonly error?: FunctionError | undefined;
}

/** tfplugin6.OpenEphemeralResourceRequest */
export interface OpenEphemeralResourceRequest {
  readonly typeName?: string | undefined;
  readonly config?: DynamicValue | undefined;
  readonly clientCapabilities?: ClientCapabilities | undefined;
}

/** tfplugin6.OpenEphemeralResourceResponse */
export interface OpenEphemeralResourceResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly renewAt?: Timestamp | undefined;
  readonly result?: DynamicValue | undefined;
  readonly private?: Uint8Array | undefined;
  readonly deferred?: Deferred | undefined;
}

/** tfplugin6.RenewEphemeralResourceRequest */
export interface RenewEphemeralResourceRequest {
  readonly typeName?: string | undefined;
  readonly private?: Uint8Array | undefined;
}

/** tfplugin6.RenewEphemeralResourceResponse */
export interface RenewEphemeralResourceResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  readonly renewAt?: Timestamp | undefined;
  readonly private?: Uint8Array | undefined;
}

/** tfplugin6.CloseEphemeralResourceRequest */
export interface CloseEphemeralResourceRequest {
  readonly typeName?: string | undefined;
  readonly private?: Uint8Array | undefined;
}

/** tfplugin6.CloseEphemeralResourceResponse */
export interface CloseEphemeralResourceResponse {
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** tfplugin6.StopProviderRequest */
export type StopProviderRequest = Readonly<Record<string, never>>;

/** tfplugin6.StopProviderResponse */
export interface StopProviderResponse {
  readonly Error?: string | undefined;
}

/** tfplugin6.Severity */
export const Severity = {"INVALID":0,"ERROR":1,"WARNING":2} as const;

/** tfplugin6.StringKind */
export const StringKind = {"PLAIN":0,"MARKDOWN":1} as const;

/** grpc.health.v1.Health: request and response of each method. */
export interface HealthMethods {
  readonly Check: [request: HealthCheckRequest, response: HealthCheckResponse];
}

/** plugin.GRPCController: request and response of each method. */
export interface GRPCControllerMethods {
  readonly Shutdown: [request: Empty, response: Empty];
}

/** plugin.GRPCStdio: request and response of each method. */
export interface GRPCStdioMethods {
  readonly StreamStdio: [request: Empty, response: StdioData];
}

/** plugin.GRPCBroker: request and response of each method. */
export interface GRPCBrokerMethods {
  readonly StartStream: [request: ConnInfo, response: ConnInfo];
}

/** tfplugin6.Provider: request and response of each method. */
export interface ProviderMethods {
  readonly GetMetadata: [request: GetMetadataRequest, response: GetMetadataResponse];
  readonly GetProviderSchema: [request: GetProviderSchemaRequest, response: GetProviderSchemaResponse];
  readonly GetResourceIdentitySchemas: [request: GetResourceIdentitySchemasRequest, response: GetResourceIdentitySchemasResponse];
  readonly ValidateProviderConfig: [request: ValidateProviderConfigRequest, response: ValidateProviderConfigResponse];
  readonly ValidateResourceConfig: [request: ValidateResourceConfigRequest, response: ValidateResourceConfigResponse];
  readonly ValidateDataResourceConfig: [request: ValidateDataResourceConfigRequest, response: ValidateDataResourceConfigResponse];
  readonly ValidateEphemeralResourceConfig: [request: ValidateEphemeralResourceConfigRequest, response: ValidateEphemeralResourceConfigResponse];
  readonly ConfigureProvider: [request: ConfigureProviderRequest, response: ConfigureProviderResponse];
  readonly UpgradeResourceState: [request: UpgradeResourceStateRequest, response: UpgradeResourceStateResponse];
  readonly UpgradeResourceIdentity: [request: UpgradeResourceIdentityRequest, response: UpgradeResourceIdentityResponse];
  readonly ReadResource: [request: ReadResourceRequest, response: ReadResourceResponse];
  readonly PlanResourceChange: [request: PlanResourceChangeRequest, response: PlanResourceChangeResponse];
  readonly ApplyResourceChange: [request: ApplyResourceChangeRequest, response: ApplyResourceChangeResponse];
  readonly ImportResourceState: [request: ImportResourceStateRequest, response: ImportResourceStateResponse];
  readonly MoveResourceState: [request: MoveResourceStateRequest, response: MoveResourceStateResponse];
  readonly ReadDataSource: [request: ReadDataSourceRequest, response: ReadDataSourceResponse];
  readonly GetFunctions: [request: GetFunctionsRequest, response: GetFunctionsResponse];
  readonly CallFunction: [request: CallFunctionRequest, response: CallFunctionResponse];
  readonly OpenEphemeralResource: [request: OpenEphemeralResourceRequest, response: OpenEphemeralResourceResponse];
  readonly RenewEphemeralResource: [request: RenewEphemeralResourceRequest, response: RenewEphemeralResourceResponse];
  readonly CloseEphemeralResource: [request: CloseEphemeralResourceRequest, response: CloseEphemeralResourceResponse];
  readonly StopProvider: [request: StopProviderRequest, response: StopProviderResponse];
}

/** All messages and services in protobufjs' JSON form. */
export const DESCRIPTOR = JSON.parse(
  "{\"nested\":{\"grpc\":{\"nested\":{\"health\":{\"nested\":{\"v1\":{\"nested\":{\"Health\":{\"methods\":{\"Check\":{\"requestType\":\"HealthCheckRequest\",\"responseType\":\"HealthCheckResponse\"}}},\"HealthCheckRequest\":{\"fields\":{\"service\":{\"type\":\"string\",\"id\":1}}},\"HealthCheckResponse\":{\"fields\":{\"status\":{\"type\":\"int32\",\"id\":1}}}}}}}}},\"plugin\":{\"nested\":{\"GRPCController\":{\"methods\":{\"Shutdown\":{\"requestType\":\"Empty\",\"responseType\":\"Empty\"}}},\"GRPCStdio\":{\"methods\":{\"StreamStdio\":{\"requestType\":\"Empty\",\"responseType\":\"StdioData\",\"responseStream\":true}}},\"GRPCBroker\":{\"methods\":{\"StartStream\":{\"requestType\":\"ConnInfo\",\"requestStream\":true,\"responseType\":\"ConnInfo\",\"responseStream\":true}}},\"Empty\":{\"fields\":{}},\"StdioData\":{\"fields\":{\"channel\":{\"type\":\"int32\",\"id\":1},\"data\":{\"type\":\"bytes\",\"id\":2}}},\"ConnInfo\":{\"fields\":{\"serviceId\":{\"type\":\"uint32\",\"id\":1},\"network\":{\"type\":\"string\",\"id\":2},\"address\":{\"type\":\"string\",\"id\":3}}}}},\"tfplugin6\":{\"nested\":{\"Provider\":{\"methods\":{\"GetMetadata\":{\"requestType\":\"GetMetadataRequest\",\"responseType\":\"GetMetadataResponse\"},\"GetProviderSchema\":{\"requestType\":\"GetProviderSchemaRequest\",\"responseType\":\"GetProviderSchemaResponse\"},\"GetResourceIdentitySchemas\":{\"requestType\":\"GetResourceIdentitySchemasRequest\",\"responseType\":\"GetResourceIdentitySchemasResponse\"},\"ValidateProviderConfig\":{\"requestType\":\"ValidateProviderConfigRequest\",\"responseType\":\"ValidateProviderConfigResponse\"},\"ValidateResourceConfig\":{\"requestType\":\"ValidateResourceConfigRequest\",\"responseType\":\"ValidateResourceConfigResponse\"},\"ValidateDataResourceConfig\":{\"requestType\":\"ValidateDataResourceConfigRequest\",\"responseType\":\"ValidateDataResourceConfigResponse\"},\"ValidateEphemeralResourceConfig\":{\"requestType\":\"ValidateEphemeralResourceConfigRequest\",\"responseType\":\"ValidateEphemeralResourceConfigResponse\"},\"ConfigureProvider\":{\"requestType\":\"ConfigureProviderRequest\",\"responseType\":\"ConfigureProviderResponse\"},\"UpgradeResourceState\":{\"requestType\":\"UpgradeResourceStateRequest\",\"responseType\":\"UpgradeResourceStateResponse\"},\"UpgradeResourceIdentity\":{\"requestType\":\"UpgradeResourceIdentityRequest\",\"responseType\":\"UpgradeResourceIdentityResponse\"},\"ReadResource\":{\"requestType\":\"ReadResourceRequest\",\"responseType\":\"ReadResourceResponse\"},\"PlanResourceChange\":{\"requestType\":\"PlanResourceChangeRequest\",\"responseType\":\"PlanResourceChangeResponse\"},\"ApplyResourceChange\":{\"requestType\":\"ApplyResourceChangeRequest\",\"responseType\":\"ApplyResourceChangeResponse\"},\"ImportResourceState\":{\"requestType\":\"ImportResourceStateRequest\",\"responseType\":\"ImportResourceStateResponse\"},\"MoveResourceState\":{\"requestType\":\"MoveResourceStateRequest\",\"responseType\":\"MoveResourceStateResponse\"},\"ReadDataSource\":{\"requestType\":\"ReadDataSourceRequest\",\"responseType\":\"ReadDataSourceResponse\"},\"GetFunctions\":{\"requestType\":\"GetFunctionsRequest\",\"responseType\":\"GetFunctionsResponse\"},\"CallFunction\":{\"requestType\":\"CallFunctionRequest\",\"responseType\":\"CallFunctionResponse\"},\"OpenEphemeralResource\":{\"requestType\":\"OpenEphemeralResourceRequest\",\"responseType\":\"OpenEphemeralResourceResponse\"},\"RenewEphemeralResource\":{\"requestType\":\"RenewEphemeralResourceRequest\",\"responseType\":\"RenewEphemeralResourceResponse\"},\"CloseEphemeralResource\":{\"requestType\":\"CloseEphemeralResourceRequest\",\"responseType\":\"CloseEphemeralResourceResponse\"},\"StopProvider\":{\"requestType\":\"StopProviderRequest\",\"responseType\":\"StopProviderResponse\"}}},\"DynamicValue\":{\"fields\":{\"msgpack\":{\"type\":\"bytes\",\"id\":1},\"json\":{\"type\":\"bytes\",\"id\":2}}},\"Severity\":{\"values\":{\"INVALID\":0,\"ERROR\":1,\"WARNING\":2}},\"Diagnostic\":{\"fields\":{\"severity\":{\"type\":\"Severity\",\"id\":1},\"summary\":{\"type\":\"string\",\"id\":2},\"detail\":{\"type\":\"string\",\"id\":3},\"attribute\":{\"type\":\"AttributePath\",\"id\":4}}},\"AttributePath\":{\"fields\":{\"steps\":{\"rule\":\"repeated\",\"type\":\"AttributeStep\",\"id\":1}}},\"AttributeStep\":{\"oneofs\":{\"selector\":{\"oneof\":[\"attributeName\",\"elementKeyString\",\"elementKeyInt\"]}},\"fields\":{\"attributeName\":{\"type\":\"string\",\"id\":1},\"elementKeyString\":{\"type\":\"string\",\"id\":2},\"elementKeyInt\":{\"type\":\"int64\",\"id\":3}}},\"FunctionError\":{\"oneofs\":{\"_functionArgument\":{\"oneof\":[\"functionArgument\"]}},\"fields\":{\"text\":{\"type\":\"string\",\"id\":1},\"functionArgument\":{\"type\":\"int64\",\"id\":2,\"options\":{\"proto3_optional\":true}}}},\"RawState\":{\"fields\":{\"json\":{\"type\":\"bytes\",\"id\":1},\"flatmap\":{\"keyType\":\"string\",\"type\":\"string\",\"id\":2}}},\"Deferred\":{\"fields\":{\"reason\":{\"type\":\"int32\",\"id\":1}}},\"ServerCapabilities\":{\"fields\":{\"planDestroy\":{\"type\":\"bool\",\"id\":1},\"getProviderSchemaOptional\":{\"type\":\"bool\",\"id\":2},\"moveResourceState\":{\"type\":\"bool\",\"id\":3},\"generateResourceConfig\":{\"type\":\"bool\",\"id\":4}}},\"ClientCapabilities\":{\"fields\":{\"deferralAllowed\":{\"type\":\"bool\",\"id\":1},\"writeOnlyAttributesAllowed\":{\"type\":\"bool\",\"id\":2},\"storePlannedPrivate\":{\"type\":\"bool\",\"id\":3},\"computedBlocksAllowed\":{\"type\":\"bool\",\"id\":4}}},\"Timestamp\":{\"fields\":{\"seconds\":{\"type\":\"int64\",\"id\":1},\"nanos\":{\"type\":\"int32\",\"id\":2}}},\"ResourceIdentityData\":{\"fields\":{\"identityData\":{\"type\":\"DynamicValue\",\"id\":1}}},\"ResourceIdentitySchema\":{\"fields\":{\"version\":{\"type\":\"int64\",\"id\":1},\"identityAttributes\":{\"rule\":\"repeated\",\"type\":\"IdentityAttribute\",\"id\":2}}},\"IdentityAttribute\":{\"fields\":{\"name\":{\"type\":\"string\",\"id\":1},\"type\":{\"type\":\"bytes\",\"id\":2},\"requiredForImport\":{\"type\":\"bool\",\"id\":3},\"optionalForImport\":{\"type\":\"bool\",\"id\":4},\"description\":{\"type\":\"string\",\"id\":5}}},\"StringKind\":{\"values\":{\"PLAIN\":0,\"MARKDOWN\":1}},\"Schema\":{\"fields\":{\"version\":{\"type\":\"int64\",\"id\":1},\"block\":{\"type\":\"Block\",\"id\":2}}},\"Block\":{\"fields\":{\"version\":{\"type\":\"int64\",\"id\":1},\"attributes\":{\"rule\":\"repeated\",\"type\":\"Attribute\",\"id\":2},\"blockTypes\":{\"rule\":\"repeated\",\"type\":\"NestedBlock\",\"id\":3},\"description\":{\"type\":\"string\",\"id\":4},\"descriptionKind\":{\"type\":\"StringKind\",\"id\":5},\"deprecated\":{\"type\":\"bool\",\"id\":6},\"deprecationMessage\":{\"type\":\"string\",\"id\":7}}},\"Attribute\":{\"fields\":{\"name\":{\"type\":\"string\",\"id\":1},\"type\":{\"type\":\"bytes\",\"id\":2},\"description\":{\"type\":\"string\",\"id\":3},\"required\":{\"type\":\"bool\",\"id\":4},\"optional\":{\"type\":\"bool\",\"id\":5},\"computed\":{\"type\":\"bool\",\"id\":6},\"sensitive\":{\"type\":\"bool\",\"id\":7},\"descriptionKind\":{\"type\":\"StringKind\",\"id\":8},\"deprecated\":{\"type\":\"bool\",\"id\":9},\"nestedType\":{\"type\":\"ObjectType\",\"id\":10},\"writeOnly\":{\"type\":\"bool\",\"id\":11},\"deprecationMessage\":{\"type\":\"string\",\"id\":12}}},\"ObjectType\":{\"fields\":{\"attributes\":{\"rule\":\"repeated\",\"type\":\"Attribute\",\"id\":1},\"nesting\":{\"type\":\"int32\",\"id\":3}}},\"NestedBlock\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"block\":{\"type\":\"Block\",\"id\":2},\"nesting\":{\"type\":\"int32\",\"id\":3},\"minItems\":{\"type\":\"int64\",\"id\":4},\"maxItems\":{\"type\":\"int64\",\"id\":5}}},\"FunctionSchema\":{\"fields\":{\"parameters\":{\"rule\":\"repeated\",\"type\":\"FunctionParameter\",\"id\":1},\"variadicParameter\":{\"type\":\"FunctionParameter\",\"id\":2},\"return\":{\"type\":\"FunctionReturn\",\"id\":3},\"summary\":{\"type\":\"string\",\"id\":4},\"description\":{\"type\":\"string\",\"id\":5},\"descriptionKind\":{\"type\":\"StringKind\",\"id\":6},\"deprecationMessage\":{\"type\":\"string\",\"id\":7}}},\"FunctionParameter\":{\"fields\":{\"name\":{\"type\":\"string\",\"id\":1},\"type\":{\"type\":\"bytes\",\"id\":2},\"allowNullValue\":{\"type\":\"bool\",\"id\":3},\"allowUnknownValues\":{\"type\":\"bool\",\"id\":4},\"description\":{\"type\":\"string\",\"id\":5},\"descriptionKind\":{\"type\":\"StringKind\",\"id\":6}}},\"FunctionReturn\":{\"fields\":{\"type\":{\"type\":\"bytes\",\"id\":1}}},\"GetMetadataRequest\":{\"fields\":{}},\"GetMetadataResponse\":{\"fields\":{\"serverCapabilities\":{\"type\":\"ServerCapabilities\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2},\"dataSources\":{\"rule\":\"repeated\",\"type\":\"TypeMetadata\",\"id\":3},\"resources\":{\"rule\":\"repeated\",\"type\":\"TypeMetadata\",\"id\":4},\"functions\":{\"rule\":\"repeated\",\"type\":\"FunctionMetadata\",\"id\":5},\"ephemeralResources\":{\"rule\":\"repeated\",\"type\":\"TypeMetadata\",\"id\":6}}},\"TypeMetadata\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1}}},\"FunctionMetadata\":{\"fields\":{\"name\":{\"type\":\"string\",\"id\":1}}},\"GetProviderSchemaRequest\":{\"fields\":{}},\"GetProviderSchemaResponse\":{\"fields\":{\"provider\":{\"type\":\"Schema\",\"id\":1},\"resourceSchemas\":{\"keyType\":\"string\",\"type\":\"Schema\",\"id\":2},\"dataSourceSchemas\":{\"keyType\":\"string\",\"type\":\"Schema\",\"id\":3},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":4},\"providerMeta\":{\"type\":\"Schema\",\"id\":5},\"serverCapabilities\":{\"type\":\"ServerCapabilities\",\"id\":6},\"functions\":{\"keyType\":\"string\",\"type\":\"FunctionSchema\",\"id\":7},\"ephemeralResourceSchemas\":{\"keyType\":\"string\",\"type\":\"Schema\",\"id\":8}}},\"GetResourceIdentitySchemasRequest\":{\"fields\":{}},\"GetResourceIdentitySchemasResponse\":{\"fields\":{\"identitySchemas\":{\"keyType\":\"string\",\"type\":\"ResourceIdentitySchema\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2}}},\"ValidateProviderConfigRequest\":{\"fields\":{\"config\":{\"type\":\"DynamicValue\",\"id\":1}}},\"ValidateProviderConfigResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2}}},\"ValidateResourceConfigRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"config\":{\"type\":\"DynamicValue\",\"id\":2},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":3}}},\"ValidateResourceConfigResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1}}},\"ValidateDataResourceConfigRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"config\":{\"type\":\"DynamicValue\",\"id\":2}}},\"ValidateDataResourceConfigResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1}}},\"ValidateEphemeralResourceConfigRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"config\":{\"type\":\"DynamicValue\",\"id\":2}}},\"ValidateEphemeralResourceConfigResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1}}},\"ConfigureProviderRequest\":{\"fields\":{\"terraformVersion\":{\"type\":\"string\",\"id\":1},\"config\":{\"type\":\"DynamicValue\",\"id\":2},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":3}}},\"ConfigureProviderResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1}}},\"UpgradeResourceStateRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"version\":{\"type\":\"int64\",\"id\":2},\"rawState\":{\"type\":\"RawState\",\"id\":3}}},\"UpgradeResourceStateResponse\":{\"fields\":{\"upgradedState\":{\"type\":\"DynamicValue\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2}}},\"UpgradeResourceIdentityRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"version\":{\"type\":\"int64\",\"id\":2},\"rawIdentity\":{\"type\":\"RawState\",\"id\":3}}},\"UpgradeResourceIdentityResponse\":{\"fields\":{\"upgradedIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2}}},\"ReadResourceRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"currentState\":{\"type\":\"DynamicValue\",\"id\":2},\"private\":{\"type\":\"bytes\",\"id\":3},\"providerMeta\":{\"type\":\"DynamicValue\",\"id\":4},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":5},\"currentIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":6}}},\"ReadResourceResponse\":{\"fields\":{\"newState\":{\"type\":\"DynamicValue\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2},\"private\":{\"type\":\"bytes\",\"id\":3},\"deferred\":{\"type\":\"Deferred\",\"id\":4},\"newIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":5}}},\"PlanResourceChangeRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"priorState\":{\"type\":\"DynamicValue\",\"id\":2},\"proposedNewState\":{\"type\":\"DynamicValue\",\"id\":3},\"config\":{\"type\":\"DynamicValue\",\"id\":4},\"priorPrivate\":{\"type\":\"bytes\",\"id\":5},\"providerMeta\":{\"type\":\"DynamicValue\",\"id\":6},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":7},\"priorIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":8},\"plannedPrivate\":{\"type\":\"bytes\",\"id\":9}}},\"PlanResourceChangeResponse\":{\"fields\":{\"plannedState\":{\"type\":\"DynamicValue\",\"id\":1},\"requiresReplace\":{\"rule\":\"repeated\",\"type\":\"AttributePath\",\"id\":2},\"plannedPrivate\":{\"type\":\"bytes\",\"id\":3},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":4},\"deferred\":{\"type\":\"Deferred\",\"id\":6},\"plannedIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":7}}},\"ApplyResourceChangeRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"priorState\":{\"type\":\"DynamicValue\",\"id\":2},\"plannedState\":{\"type\":\"DynamicValue\",\"id\":3},\"config\":{\"type\":\"DynamicValue\",\"id\":4},\"plannedPrivate\":{\"type\":\"bytes\",\"id\":5},\"providerMeta\":{\"type\":\"DynamicValue\",\"id\":6},\"plannedIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":7}}},\"ApplyResourceChangeResponse\":{\"fields\":{\"newState\":{\"type\":\"DynamicValue\",\"id\":1},\"private\":{\"type\":\"bytes\",\"id\":2},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":3},\"newIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":5}}},\"ImportResourceStateRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"id\":{\"type\":\"string\",\"id\":2},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":3},\"identity\":{\"type\":\"ResourceIdentityData\",\"id\":4}}},\"ImportedResource\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"state\":{\"type\":\"DynamicValue\",\"id\":2},\"private\":{\"type\":\"bytes\",\"id\":3},\"identity\":{\"type\":\"ResourceIdentityData\",\"id\":4}}},\"ImportResourceStateResponse\":{\"fields\":{\"importedResources\":{\"rule\":\"repeated\",\"type\":\"ImportedResource\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2},\"deferred\":{\"type\":\"Deferred\",\"id\":3}}},\"MoveResourceStateRequest\":{\"fields\":{\"sourceProviderAddress\":{\"type\":\"string\",\"id\":1},\"sourceTypeName\":{\"type\":\"string\",\"id\":2},\"sourceSchemaVersion\":{\"type\":\"int64\",\"id\":3},\"sourceState\":{\"type\":\"RawState\",\"id\":4},\"targetTypeName\":{\"type\":\"string\",\"id\":5},\"sourcePrivate\":{\"type\":\"bytes\",\"id\":6},\"sourceIdentity\":{\"type\":\"RawState\",\"id\":7},\"sourceIdentitySchemaVersion\":{\"type\":\"int64\",\"id\":8}}},\"MoveResourceStateResponse\":{\"fields\":{\"targetState\":{\"type\":\"DynamicValue\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2},\"targetPrivate\":{\"type\":\"bytes\",\"id\":3},\"targetIdentity\":{\"type\":\"ResourceIdentityData\",\"id\":4}}},\"ReadDataSourceRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"config\":{\"type\":\"DynamicValue\",\"id\":2},\"providerMeta\":{\"type\":\"DynamicValue\",\"id\":3},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":4}}},\"ReadDataSourceResponse\":{\"fields\":{\"state\":{\"type\":\"DynamicValue\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2},\"deferred\":{\"type\":\"Deferred\",\"id\":3}}},\"GetFunctionsRequest\":{\"fields\":{}},\"GetFunctionsResponse\":{\"fields\":{\"functions\":{\"keyType\":\"string\",\"type\":\"FunctionSchema\",\"id\":1},\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":2}}},\"CallFunctionRequest\":{\"fields\":{\"name\":{\"type\":\"string\",\"id\":1},\"arguments\":{\"rule\":\"repeated\",\"type\":\"DynamicValue\",\"id\":2}}},\"CallFunctionResponse\":{\"fields\":{\"result\":{\"type\":\"DynamicValue\",\"id\":1},\"error\":{\"type\":\"FunctionError\",\"id\":2}}},\"OpenEphemeralResourceRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"config\":{\"type\":\"DynamicValue\",\"id\":2},\"clientCapabilities\":{\"type\":\"ClientCapabilities\",\"id\":3}}},\"OpenEphemeralResourceResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1},\"renewAt\":{\"type\":\"Timestamp\",\"id\":2},\"result\":{\"type\":\"DynamicValue\",\"id\":3},\"private\":{\"type\":\"bytes\",\"id\":4},\"deferred\":{\"type\":\"Deferred\",\"id\":5}}},\"RenewEphemeralResourceRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"private\":{\"type\":\"bytes\",\"id\":2}}},\"RenewEphemeralResourceResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1},\"renewAt\":{\"type\":\"Timestamp\",\"id\":2},\"private\":{\"type\":\"bytes\",\"id\":3}}},\"CloseEphemeralResourceRequest\":{\"fields\":{\"typeName\":{\"type\":\"string\",\"id\":1},\"private\":{\"type\":\"bytes\",\"id\":2}}},\"CloseEphemeralResourceResponse\":{\"fields\":{\"diagnostics\":{\"rule\":\"repeated\",\"type\":\"Diagnostic\",\"id\":1}}},\"StopProviderRequest\":{\"fields\":{}},\"StopProviderResponse\":{\"fields\":{\"Error\":{\"type\":\"string\",\"id\":1}}}}}}}",
) as INamespace;

