import type { None } from "./schema/none";
import type { OperationContext } from "./context";
import type { CtyRecord } from "./cty/value";
import type { ProviderFunction } from "./function";
import type { DataSource, DataSourceDefinition, EphemeralDefinition, EphemeralResource, Resource, ResourceDefinition } from "./resource";
import type { Attributes } from "./schema/attribute";
import type { Blocks } from "./schema/block";
import type { Model } from "./schema/model";
import { defineSchema, type Schema } from "./schema/schema";

type MaybePromise<T> = T | Promise<T>;

/** What `configure` is given. */
export interface ConfigureContext<T> extends OperationContext {
  readonly config: T;
  /** The version of the command line, such as "1.11.4". Empty where core does not say. */
  readonly terraformVersion: string;
}

/** A provider as its author writes it. */
export interface ProviderDefinition<A extends Attributes, B extends Blocks, C> {
  /** The prefix of its type names, such as "docker". */
  readonly name: string;
  /** @default - a provider without configuration */
  readonly schema?: Schema<A, B>;
  validate?(request: OperationContext & { readonly config: Model<A, B, "config"> }): MaybePromise<void>;
  /** Makes the client that every resource is given. Called once in a process, and only when the whole configuration is known. */
  configure(request: ConfigureContext<Model<A, B, "applied">>): MaybePromise<C>;
  /** Makes a client where parts of the configuration are unknown, as in a plan. @default - there is none: plans go on, reads keep the state */
  configureUnknown?(request: ConfigureContext<Model<A, B, "config">>): MaybePromise<C | undefined>;
  /** By type name, such as "docker_container". @default - none */
  readonly resources?: Readonly<Record<string, Resource<C>>>;
  /** By type name. @default - none */
  readonly dataSources?: Readonly<Record<string, DataSource<C>>>;
  /** By type name. @default - none */
  readonly ephemeralResources?: Readonly<Record<string, EphemeralResource<C>>>;
  /** By name. @default - none */
  readonly functions?: Readonly<Record<string, ProviderFunction>>;
}

/** A provider ready to be served; made with `defineProvider`. Its client's type is its own affair, hence `unknown`. */
export interface Provider {
  readonly name: string;
  readonly schema: Schema;
  readonly validate?: (request: OperationContext & { readonly config: CtyRecord }) => MaybePromise<void>;
  readonly configure: (request: ConfigureContext<CtyRecord>) => unknown;
  readonly configureUnknown?: (request: ConfigureContext<CtyRecord>) => unknown;
  readonly resources: Readonly<Record<string, Resource<unknown>>>;
  readonly dataSources: Readonly<Record<string, DataSource<unknown>>>;
  readonly ephemeralResources: Readonly<Record<string, EphemeralResource<unknown>>>;
  readonly functions: Readonly<Record<string, ProviderFunction>>;
}

/**
 * Brings all parts of a provider together. Types are erased here: whatever handlers are given was checked against the schemas they
 * were typed from, and the client is the one that this provider's `configure` returned.
 */
export function defineProvider<C, A extends Attributes = None, B extends Blocks = None>(definition: ProviderDefinition<A, B, C>): Provider {
  const schema: Schema = definition.schema ?? defineSchema({ attributes: {} });
  const erased = {
    resources: {},
    dataSources: {},
    ephemeralResources: {},
    functions: {},
    ...definition,
    schema,
  };
  return erased as unknown as Provider;
}

/**
 * The ways to define the parts of a provider whose `configure` makes a client of type C:
 * `const { defineResource } = forClient<DockerClient>()`. Everything else is inferred from the schema.
 */
export function forClient<C>(): {
  defineResource: <A extends Attributes, B extends Blocks>(definition: ResourceDefinition<A, B, C>) => Resource<C>;
  defineDataSource: <A extends Attributes, B extends Blocks>(definition: DataSourceDefinition<A, B, C>) => DataSource<C>;
  defineEphemeralResource: <A extends Attributes, B extends Blocks>(definition: EphemeralDefinition<A, B, C>) => EphemeralResource<C>;
} {
  return {
    defineResource: (definition) => definition as unknown as Resource<C>,
    defineDataSource: (definition) => definition,
    defineEphemeralResource: (definition) => definition,
  };
}
