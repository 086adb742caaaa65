export type * from "./server/messages";
export { DeferredReason } from "./server/messages";
export { createProviderServer, type ProviderServer, type ServerOptions } from "./server";
export { defineProvider, forClient, type ConfigureContext, type Provider, type ProviderDefinition } from "./provider";
export type * from "./resource";
export type * from "./context";
export { defineFunction, FunctionArgumentError, parameter, type Parameter, type ProviderFunction } from "./function";
export { defineSchema, type Schema, type SchemaOptions } from "./schema/schema";
export {
  attribute,
  type Attribute,
  type AttributeOptions,
  type Attributes,
  type ModifyRequest,
  type ModifyResult,
  type PlanModifier,
  type ValidateRequest,
  type Validator,
} from "./schema/attribute";
export { block, type Block, type Blocks } from "./schema/block";
export type { Model, Outcome, Partly, View } from "./schema/model";
export * from "./schema/plan-modifiers";
export * as validators from "./schema/validators";
export { parseDuration, timeouts, type TimedOperation } from "./schema/timeouts";
export { Diagnostics, ProviderError, type Diagnostic } from "./diagnostics";
export { ProviderDefinitionError } from "./definition-error";
export { PrivateState, type JsonValue } from "./private-state";
export { Path, ValueError } from "./cty/path";
export { Decimal, numberFromBigInt, numberFromText, numberToText } from "./cty/number";
export { describeType, type CtyType } from "./cty/type";
export { t, type KnownOf, type Typed } from "./cty/builders";
export { typeFromJson, typeToJson } from "./cty/type-json";
export { Dynamic, isUnknown, isWhollyKnown, UNKNOWN, Unknown, type CtyRecord, type CtyValue, type Refinement } from "./cty/value";
export { equalValues } from "./cty/equal";
export { normalizeValue } from "./cty/normalize";
export { decodeMsgpack, encodeMsgpack } from "./cty/msgpack";
export { decodeJson, encodeJson } from "./cty/json";
