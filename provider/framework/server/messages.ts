/**
 * The messages of plugin protocol 6 as plain objects: the protobuf fields in lowerCamelCase, `bytes` as Uint8Array, 64 bit integers
 * as numbers, maps as records. A field that is absent on the wire is absent or undefined here.
 */

/** `DynamicValue`: a value encoded with its schema's type. `msgpack` wins where both are given. */
export interface DynamicValueMessage {
  readonly msgpack?: Uint8Array | undefined;
  readonly json?: Uint8Array | undefined;
}

/** `AttributePath.Step`: one of the three. */
export type AttributePathStep =
  { readonly attributeName: string } | { readonly elementKeyString: string } | { readonly elementKeyInt: number };

/** `AttributePath`. */
export interface AttributePathMessage {
  readonly steps: readonly AttributePathStep[];
}

/** `Diagnostic`: severity 1 is an error, 2 a warning. */
export interface DiagnosticMessage {
  readonly severity: 1 | 2;
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: AttributePathMessage;
}

/** `RawState`: the state of an older schema version as JSON text; `flatmap` is the form of Terraform 0.11 and is refused. */
export interface RawStateMessage {
  readonly json?: Uint8Array | undefined;
  readonly flatmap?: Readonly<Record<string, string>> | undefined;
}

/** `Deferred.Reason`. */
export const DeferredReason = { unknown: 0, resourceConfigUnknown: 1, providerConfigUnknown: 2, absentPrerequisite: 3 } as const;

/** `Deferred`. */
export interface DeferredMessage {
  readonly reason: (typeof DeferredReason)[keyof typeof DeferredReason];
}

/** `ServerCapabilities`. */
export interface ServerCapabilitiesMessage {
  readonly planDestroy?: boolean;
  readonly getProviderSchemaOptional?: boolean;
  readonly moveResourceState?: boolean;
  readonly generateResourceConfig?: boolean;
}

/** `ClientCapabilities`. */
export interface ClientCapabilitiesMessage {
  readonly deferralAllowed?: boolean | undefined;
  readonly writeOnlyAttributesAllowed?: boolean | undefined;
  readonly storePlannedPrivate?: boolean | undefined;
  readonly computedBlocksAllowed?: boolean | undefined;
}

/** `ResourceIdentityData`. */
export interface ResourceIdentityMessage {
  readonly identityData?: DynamicValueMessage | undefined;
}

/** `google.protobuf.Timestamp`. */
export interface TimestampMessage {
  readonly seconds: number;
  readonly nanos: number;
}

/** `Schema.Attribute`; `type` holds the type signature as JSON text, `nestedType` stands in its place for nested attributes. */
export interface SchemaAttributeMessage {
  readonly name: string;
  readonly type?: Uint8Array;
  readonly nestedType?: SchemaObjectMessage;
  readonly description?: string;
  readonly descriptionKind?: 0 | 1;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationMessage?: string;
  readonly writeOnly?: boolean;
}

/** `Schema.Object`: nesting is 1 single, 2 list, 3 set, 4 map. */
export interface SchemaObjectMessage {
  readonly attributes: readonly SchemaAttributeMessage[];
  readonly nesting: 1 | 2 | 3 | 4;
}

/** `Schema.NestedBlock`: nesting is 1 single, 2 list, 3 set, 4 map, 5 group. */
export interface SchemaNestedBlockMessage {
  readonly typeName: string;
  readonly block: SchemaBlockMessage;
  readonly nesting: 1 | 2 | 3 | 4 | 5;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** `Schema.Block`. */
export interface SchemaBlockMessage {
  readonly version?: number;
  readonly attributes: readonly SchemaAttributeMessage[];
  readonly blockTypes: readonly SchemaNestedBlockMessage[];
  readonly description?: string;
  readonly descriptionKind?: 0 | 1;
  readonly deprecated?: boolean;
  readonly deprecationMessage?: string;
}

/** `Schema`. */
export interface SchemaMessage {
  readonly version: number;
  readonly block: SchemaBlockMessage;
}

/** `Function.Parameter`. */
export interface FunctionParameterMessage {
  readonly name: string;
  readonly type: Uint8Array;
  readonly allowNullValue?: boolean;
  readonly allowUnknownValues?: boolean;
  readonly description?: string;
  readonly descriptionKind?: 0 | 1;
}

/** `Function`. */
export interface FunctionMessage {
  readonly parameters: readonly FunctionParameterMessage[];
  readonly variadicParameter?: FunctionParameterMessage;
  readonly return: { readonly type: Uint8Array };
  readonly summary?: string;
  readonly description?: string;
  readonly descriptionKind?: 0 | 1;
  readonly deprecationMessage?: string;
}

/** `ResourceIdentitySchema`. */
export interface IdentitySchemaMessage {
  readonly version: number;
  readonly identityAttributes: readonly {
    readonly name: string;
    readonly type: Uint8Array;
    readonly requiredForImport?: boolean;
    readonly optionalForImport?: boolean;
    readonly description?: string;
  }[];
}

/** A response that carries diagnostics only. */
export interface DiagnosticsResponse {
  readonly diagnostics: readonly DiagnosticMessage[];
}

/** `GetMetadata.Response`. */
export interface GetMetadataResponse extends DiagnosticsResponse {
  readonly serverCapabilities: ServerCapabilitiesMessage;
  readonly resources: readonly { readonly typeName: string }[];
  readonly dataSources: readonly { readonly typeName: string }[];
  readonly ephemeralResources: readonly { readonly typeName: string }[];
  readonly functions: readonly { readonly name: string }[];
}

/** `GetProviderSchema.Response`. */
export interface GetProviderSchemaResponse extends DiagnosticsResponse {
  readonly provider: SchemaMessage;
  readonly resourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly dataSourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly ephemeralResourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly functions: Readonly<Record<string, FunctionMessage>>;
  readonly serverCapabilities: ServerCapabilitiesMessage;
}

/** `GetResourceIdentitySchemas.Response`. */
export interface GetResourceIdentitySchemasResponse extends DiagnosticsResponse {
  readonly identitySchemas: Readonly<Record<string, IdentitySchemaMessage>>;
}

/** `ValidateProviderConfig.Request`. */
export interface ValidateProviderConfigRequest {
  readonly config?: DynamicValueMessage | undefined;
}

/** The request of the Validate calls of resources, data sources and ephemeral resources. */
export interface ValidateConfigRequest {
  readonly typeName: string;
  readonly config?: DynamicValueMessage | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
}

/** `ConfigureProvider.Request`. */
export interface ConfigureProviderRequest {
  readonly terraformVersion?: string | undefined;
  readonly config?: DynamicValueMessage | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
}

/** `UpgradeResourceState.Request`. */
export interface UpgradeResourceStateRequest {
  readonly typeName: string;
  readonly version?: number | undefined;
  readonly rawState?: RawStateMessage | undefined;
}

/** `UpgradeResourceState.Response`. */
export interface UpgradeResourceStateResponse extends DiagnosticsResponse {
  readonly upgradedState?: DynamicValueMessage;
}

/** `UpgradeResourceIdentity.Request`. */
export interface UpgradeResourceIdentityRequest {
  readonly typeName: string;
  readonly version?: number | undefined;
  readonly rawIdentity?: RawStateMessage | undefined;
}

/** `UpgradeResourceIdentity.Response`. */
export interface UpgradeResourceIdentityResponse extends DiagnosticsResponse {
  readonly upgradedIdentity?: ResourceIdentityMessage;
}

/** `ReadResource.Request`. */
export interface ReadResourceRequest {
  readonly typeName: string;
  readonly currentState?: DynamicValueMessage | undefined;
  readonly private?: Uint8Array | undefined;
  readonly providerMeta?: DynamicValueMessage | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
  readonly currentIdentity?: ResourceIdentityMessage | undefined;
}

/** `ReadResource.Response`. */
export interface ReadResourceResponse extends DiagnosticsResponse {
  readonly newState?: DynamicValueMessage;
  readonly private?: Uint8Array;
  readonly deferred?: DeferredMessage;
  readonly newIdentity?: ResourceIdentityMessage;
}

/** `PlanResourceChange.Request`. */
export interface PlanResourceChangeRequest {
  readonly typeName: string;
  readonly priorState?: DynamicValueMessage | undefined;
  readonly proposedNewState?: DynamicValueMessage | undefined;
  readonly config?: DynamicValueMessage | undefined;
  readonly priorPrivate?: Uint8Array | undefined;
  readonly providerMeta?: DynamicValueMessage | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
  readonly priorIdentity?: ResourceIdentityMessage | undefined;
  readonly plannedPrivate?: Uint8Array | undefined;
}

/** `PlanResourceChange.Response`. */
export interface PlanResourceChangeResponse extends DiagnosticsResponse {
  readonly plannedState?: DynamicValueMessage;
  readonly requiresReplace?: readonly AttributePathMessage[];
  readonly plannedPrivate?: Uint8Array;
  readonly deferred?: DeferredMessage;
  readonly plannedIdentity?: ResourceIdentityMessage;
}

/** `ApplyResourceChange.Request`. */
export interface ApplyResourceChangeRequest {
  readonly typeName: string;
  readonly priorState?: DynamicValueMessage | undefined;
  readonly plannedState?: DynamicValueMessage | undefined;
  readonly config?: DynamicValueMessage | undefined;
  readonly plannedPrivate?: Uint8Array | undefined;
  readonly providerMeta?: DynamicValueMessage | undefined;
  readonly plannedIdentity?: ResourceIdentityMessage | undefined;
}

/** `ApplyResourceChange.Response`. */
export interface ApplyResourceChangeResponse extends DiagnosticsResponse {
  readonly newState?: DynamicValueMessage;
  readonly private?: Uint8Array;
  readonly newIdentity?: ResourceIdentityMessage;
}

/** `ImportResourceState.Request`. */
export interface ImportResourceStateRequest {
  readonly typeName: string;
  readonly id?: string | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
  readonly identity?: ResourceIdentityMessage | undefined;
}

/** `ImportResourceState.Response`. */
export interface ImportResourceStateResponse extends DiagnosticsResponse {
  readonly importedResources: readonly {
    readonly typeName: string;
    readonly state: DynamicValueMessage;
    readonly private?: Uint8Array;
    readonly identity?: ResourceIdentityMessage;
  }[];
  readonly deferred?: DeferredMessage;
}

/** `MoveResourceState.Request`. */
export interface MoveResourceStateRequest {
  readonly sourceProviderAddress?: string | undefined;
  readonly sourceTypeName?: string | undefined;
  readonly sourceSchemaVersion?: number | undefined;
  readonly sourceState?: RawStateMessage | undefined;
  readonly targetTypeName: string;
  readonly sourcePrivate?: Uint8Array | undefined;
  readonly sourceIdentity?: RawStateMessage | undefined;
  readonly sourceIdentitySchemaVersion?: number | undefined;
}

/** `MoveResourceState.Response`. */
export interface MoveResourceStateResponse extends DiagnosticsResponse {
  readonly targetState?: DynamicValueMessage;
  readonly targetPrivate?: Uint8Array;
  readonly targetIdentity?: ResourceIdentityMessage;
}

/** `ReadDataSource.Request`. */
export interface ReadDataSourceRequest {
  readonly typeName: string;
  readonly config?: DynamicValueMessage | undefined;
  readonly providerMeta?: DynamicValueMessage | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
}

/** `ReadDataSource.Response`. */
export interface ReadDataSourceResponse extends DiagnosticsResponse {
  readonly state?: DynamicValueMessage;
  readonly deferred?: DeferredMessage;
}

/** `GetFunctions.Response`. */
export interface GetFunctionsResponse extends DiagnosticsResponse {
  readonly functions: Readonly<Record<string, FunctionMessage>>;
}

/** `CallFunction.Request`. */
export interface CallFunctionRequest {
  readonly name: string;
  readonly arguments?: readonly DynamicValueMessage[] | undefined;
}

/** `CallFunction.Response`: `functionArgument` is the zero-based index of the argument at fault. */
export interface CallFunctionResponse {
  readonly result?: DynamicValueMessage;
  readonly error?: { readonly text: string; readonly functionArgument?: number };
}

/** `OpenEphemeralResource.Request`. */
export interface OpenEphemeralResourceRequest {
  readonly typeName: string;
  readonly config?: DynamicValueMessage | undefined;
  readonly clientCapabilities?: ClientCapabilitiesMessage | undefined;
}

/** `OpenEphemeralResource.Response`. */
export interface OpenEphemeralResourceResponse extends DiagnosticsResponse {
  readonly renewAt?: TimestampMessage;
  readonly result?: DynamicValueMessage;
  readonly private?: Uint8Array;
  readonly deferred?: DeferredMessage;
}

/** The request of RenewEphemeralResource and CloseEphemeralResource. */
export interface EphemeralPrivateRequest {
  readonly typeName: string;
  readonly private?: Uint8Array | undefined;
}

/** `RenewEphemeralResource.Response`. */
export interface RenewEphemeralResourceResponse extends DiagnosticsResponse {
  readonly renewAt?: TimestampMessage;
  readonly private?: Uint8Array;
}

/** `StopProvider.Response`: the field has a capital letter on the wire; an empty text means no error. */
export interface StopProviderResponse {
  readonly Error: string;
}
