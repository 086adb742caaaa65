import { ProviderDefinitionError } from "../definition-error";
import type { Parameter, ProviderFunction } from "../function";
import type { Provider } from "../provider";
import { checkSchema } from "../schema/check";
import type { Schema } from "../schema/schema";
import { schemaToMessage } from "../schema/to-message";
import { typeToJson } from "../cty/type-json";
import { parseDuration } from "../schema/timeouts";
import { identityToMessage } from "./identity";
import type * as m from "./messages";

const CAPABILITIES: m.ServerCapabilitiesMessage = { planDestroy: true, getProviderSchemaOptional: true, moveResourceState: true };

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function parameterMessage({ name, type, allowNull, allowUnknown, description }: Parameter): m.FunctionParameterMessage {
  return {
    name,
    type: Buffer.from(typeToJson(type)),
    allowNullValue: allowNull,
    allowUnknownValues: allowUnknown,
    ...(description === undefined ? {} : { description, descriptionKind: 1 }),
  };
}

function functionMessage(fn: ProviderFunction): m.FunctionMessage {
  return {
    parameters: fn.parameters.map(parameterMessage),
    ...(fn.variadic === undefined ? {} : { variadicParameter: parameterMessage(fn.variadic) }),
    return: { type: Buffer.from(typeToJson(fn.returns)) },
    ...(fn.summary === undefined ? {} : { summary: fn.summary }),
    ...(fn.description === undefined ? {} : { description: fn.description, descriptionKind: 1 }),
    ...(fn.deprecated === undefined ? {} : { deprecationMessage: fn.deprecated }),
  };
}

/** GetFunctions: the same as in the schema; OpenTofu asks for it after Configure. */
export function functionMessages(provider: Provider): Readonly<Record<string, m.FunctionMessage>> {
  return mapValues(provider.functions, functionMessage);
}

/** GetProviderSchema. */
export function providerSchema(provider: Provider): m.GetProviderSchemaResponse {
  const messages = (parts: Readonly<Record<string, { readonly schema: Schema }>>): Readonly<Record<string, m.SchemaMessage>> =>
    mapValues(parts, ({ schema }) => schemaToMessage(schema));
  return {
    provider: schemaToMessage(provider.schema),
    resourceSchemas: messages(provider.resources),
    dataSourceSchemas: messages(provider.dataSources),
    ephemeralResourceSchemas: messages(provider.ephemeralResources),
    functions: functionMessages(provider),
    serverCapabilities: CAPABILITIES,
    diagnostics: [],
  };
}

/** GetMetadata. */
export function metadata(provider: Provider): m.GetMetadataResponse {
  const types = (parts: Readonly<Record<string, unknown>>): readonly { readonly typeName: string }[] =>
    Object.keys(parts).map((typeName) => ({ typeName }));
  return {
    serverCapabilities: CAPABILITIES,
    resources: types(provider.resources),
    dataSources: types(provider.dataSources),
    ephemeralResources: types(provider.ephemeralResources),
    functions: Object.keys(provider.functions).map((name) => ({ name })),
    diagnostics: [],
  };
}

/** GetResourceIdentitySchemas. */
export function identitySchemas(provider: Provider): m.GetResourceIdentitySchemasResponse {
  const entries = Object.entries(provider.resources).flatMap(([name, { identity }]) =>
    identity === undefined ? [] : [[name, identityToMessage(identity)] as const],
  );
  return { identitySchemas: Object.fromEntries(entries), diagnostics: [] };
}

function checkTypeName(provider: Provider, what: string, name: string): readonly string[] {
  return name === provider.name || name.startsWith(`${provider.name}_`)
    ? []
    : [`${what} ${name} must have a name that starts with ${provider.name}_: core finds the provider by it`];
}

function checkFunction(name: string, fn: ProviderFunction): readonly string[] {
  const parameters = [...fn.parameters, ...(fn.variadic === undefined ? [] : [fn.variadic])];
  const names = parameters.map((parameter) => parameter.name);
  return [
    ...(/^[a-z_][a-z0-9_]*$/.test(name) ? [] : [`function ${name} must have a name of lower case letters, digits and underscores`]),
    ...(new Set(names).size === names.length ? [] : [`function ${name} must not have two parameters of one name`]),
  ];
}

function checkResources(provider: Provider): readonly string[] {
  return Object.entries(provider.resources).flatMap(([name, resource]) => {
    const missing = Array.from({ length: resource.schema.version }, (_, version) => version).filter(
      (version) => resource.upgrades !== undefined && resource.upgrades[version] === undefined,
    );
    const durations = Object.entries(resource.timeouts ?? {}).filter(([, text]) => parseDuration(text) === undefined);
    return [
      ...checkTypeName(provider, "resource", name),
      ...checkSchema(resource.schema, "resource", `resource ${name}`),
      ...missing.map(
        (version) => `resource ${name} must have an upgrade from version ${version}: its version is ${resource.schema.version}`,
      ),
      ...durations.map(([operation]) => `resource ${name} must have a duration such as "20m" as its time limit of ${operation}`),
    ];
  });
}

/**
 * Refuses a provider that core would refuse, or that would fail later in a way that is harder to understand.
 *
 * @throws ProviderDefinitionError with all mistakes.
 */
export function checkProvider(provider: Provider): void {
  const mistakes = [
    ...(/^[a-z][a-z0-9-]*$/.test(provider.name)
      ? []
      : [`the provider's name must be lower case letters, digits and dashes, got ${provider.name}`]),
    ...checkSchema(provider.schema, "provider", "provider"),
    ...checkResources(provider),
    ...Object.entries(provider.dataSources).flatMap(([name, { schema }]) => [
      ...checkTypeName(provider, "data source", name),
      ...checkSchema(schema, "data source", `data source ${name}`),
    ]),
    ...Object.entries(provider.ephemeralResources).flatMap(([name, { schema }]) => [
      ...checkTypeName(provider, "ephemeral resource", name),
      ...checkSchema(schema, "ephemeral resource", `ephemeral resource ${name}`),
    ]),
    ...Object.entries(provider.functions).flatMap(([name, fn]) => checkFunction(name, fn)),
  ];
  if (mistakes.length > 0) throw new ProviderDefinitionError(mistakes);
}
