import type { ClientContext, OperationContext, PlanContext, ResourceContext } from "./context";
import type { Decimal } from "./cty/number";
import type { CtyType } from "./cty/type";
import type { CtyRecord } from "./cty/value";
import type { Attributes } from "./schema/attribute";
import type { Blocks } from "./schema/block";
import type { Model, Outcome, Partly } from "./schema/model";
import type { Schema } from "./schema/schema";
import type { TimedOperation } from "./schema/timeouts";

/** A state of an older schema version, as JSON; numbers that JavaScript cannot hold are `Decimal`. */
export type StateJson = null | boolean | string | number | Decimal | readonly StateJson[] | StateObject;

/** An object in a state of an older schema version. */
export interface StateObject {
  readonly [name: string]: StateJson;
}

/** The types that the handlers of one schema see. */
export interface Views {
  readonly config: unknown;
  readonly applied: unknown;
  readonly planning: unknown;
  readonly replanned: unknown;
  readonly plan: unknown;
  readonly state: unknown;
  readonly stored: unknown;
  readonly outcome: unknown;
  readonly partly: unknown;
}

/** The views of a schema. */
export interface ViewsOf<A extends Attributes, B extends Blocks> extends Views {
  readonly config: Model<A, B, "config">;
  readonly applied: Model<A, B, "applied">;
  readonly planning: Model<A, B, "planning">;
  readonly replanned: Partial<Model<A, B, "planning">>;
  readonly plan: Model<A, B, "plan">;
  readonly state: Model<A, B, "state">;
  readonly stored: Model<A, B, "stored">;
  readonly outcome: Outcome<A, B>;
  readonly partly: Partly<A, B>;
}

/** The views once types are erased: what the framework has checked against the schema goes in, anything comes out and is checked. */
export interface ErasedViews extends Views {
  readonly config: CtyRecord;
  readonly applied: CtyRecord;
  readonly planning: CtyRecord;
  readonly replanned: Readonly<Record<string, unknown>>;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly state: CtyRecord;
  readonly stored: CtyRecord;
  readonly outcome: Readonly<Record<string, unknown>>;
  readonly partly: Readonly<Record<string, unknown>>;
}

type MaybePromise<T> = T | Promise<T>;

/** One attribute of an identity: a primitive or a list of primitives. */
export interface IdentityAttribute {
  readonly type: CtyType;
  /** @default - no description */
  readonly description?: string;
  /** Whether an import by identity may leave it out. @default false */
  readonly optionalForImport?: boolean;
}

/** The values of an identity by name. */
export type IdentityValues = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** What names a resource outside of Terraform, for import by identity. It never changes in the life of a resource. */
export interface Identity<S> {
  /** @default 0 */
  readonly version?: number;
  readonly attributes: Readonly<Record<string, IdentityAttribute>>;
  /** The identity of a stored resource. */
  of(state: S): IdentityValues;
  /** From each older version to the next. @default - none */
  readonly upgrades?: Readonly<Record<number, (identity: StateObject) => StateObject>>;
}

/** A resource of another type, or of another provider, whose state can become one of this type. */
export interface MoveSource<R> {
  readonly typeName: string;
  /** The end of the provider's address, such as "hashicorp/null". @default - any provider */
  readonly provider?: string;
  /** @default - any version */
  readonly schemaVersion?: number;
  /** The state here, from the state there. What is left out is null until the read that follows. */
  move(state: StateObject): R;
}

/** What an import is asked for: an id, or an identity. */
export type ImportTarget = { readonly id: string; readonly identity?: never } | { readonly identity: IdentityValues; readonly id?: never };

/** A resource as its author writes it. Required are a schema and create, read and delete; without update, each change replaces it. */
export interface ResourceHandlers<S extends Schema, V extends Views, C> {
  readonly schema: S;
  /** Time limits where the user sets none, such as `{ create: "20m" }`. @default - no limit */
  readonly timeouts?: Partial<Readonly<Record<TimedOperation, string>>>;
  /** Rules across attributes. Unknown values cannot be judged yet. */
  validate?(request: OperationContext & { readonly config: V["config"] }): MaybePromise<void>;
  /** Changes the plan where the schema alone cannot: what it returns replaces the planned values of the same names. Not called for a destruction. */
  modifyPlan?(
    request: PlanContext<C> & {
      readonly config: V["config"];
      /** Null on create. */
      readonly prior: V["state"] | null;
      readonly plan: V["planning"];
    },
  ): MaybePromise<V["replanned"] | undefined>;
  /** Looks at a destruction before it happens, to warn or refuse. */
  planDestroy?(request: Omit<PlanContext<C>, "requireReplace"> & { readonly state: V["state"] }): MaybePromise<void>;
  /** Makes the resource. Call `save` with what exists as soon as it exists: when this throws later, the resource is not lost. */
  create(request: ApplyContext<V, C>): MaybePromise<V["outcome"]>;
  /** What the resource is now; null when it is gone. Values that mean the same as the stored ones should be returned as stored. */
  read(request: ResourceContext<C> & { readonly state: V["stored"] }): MaybePromise<V["partly"] | null>;
  update?(request: ApplyContext<V, C> & { readonly prior: V["state"] }): MaybePromise<V["outcome"]>;
  /** Ends the resource. One that is gone already is no error. */
  delete(request: ResourceContext<C> & { readonly state: V["stored"] }): MaybePromise<void>;
  /** The little of a state that read needs to fill in the rest. @default - import is refused */
  importState?(request: ResourceContext<C> & { readonly target: ImportTarget }): MaybePromise<V["partly"]>;
  /** From each older schema version to the next, as pure functions. @default - none */
  readonly upgrades?: Readonly<Record<number, (state: StateObject) => StateObject>>;
  /** @default - none */
  readonly moves?: readonly MoveSource<V["partly"]>[];
  /** @default - none */
  readonly identity?: Identity<V["stored"]>;
}

/** What create and update are given. */
export interface ApplyContext<V extends Views, C> extends ResourceContext<C> {
  /** What was planned; undefined stands for what is yet to be found out. */
  readonly plan: V["plan"];
  /** What is configured: the only place of write-only values. */
  readonly config: V["applied"];
  /** Notes what the resource has become so far, for the case that the rest fails. */
  readonly save: (state: V["partly"]) => void;
}

/** A data source as its author writes it. */
export interface DataSourceHandlers<S extends Schema, V extends Views, C> {
  readonly schema: S;
  validate?(request: OperationContext & { readonly config: V["config"] }): MaybePromise<void>;
  /** What is configured is kept as it is and may be left out of the answer. */
  read(request: ClientContext<C> & { readonly config: V["applied"] }): MaybePromise<V["outcome"]>;
}

/** When an opened ephemeral resource has to be renewed. */
export interface Renewal {
  /** @default - never */
  readonly renewAt?: Date;
}

/** An ephemeral resource as its author writes it: opened in plans as well as in applies, so opening must be cheap and repeatable. */
export interface EphemeralHandlers<S extends Schema, V extends Views, C> {
  readonly schema: S;
  validate?(request: OperationContext & { readonly config: V["config"] }): MaybePromise<void>;
  open(request: ResourceContext<C> & { readonly config: V["applied"] }): MaybePromise<Renewal & { readonly result: V["outcome"] }>;
  /** Needed where open says `renewAt`. */
  renew?(request: ResourceContext<C>): MaybePromise<Renewal>;
  close?(request: ResourceContext<C>): MaybePromise<void>;
}

/** A resource as its author writes it, typed from its schema. */
export type ResourceDefinition<A extends Attributes, B extends Blocks, C> = ResourceHandlers<Schema<A, B>, ViewsOf<A, B>, C>;
/** A data source as its author writes it, typed from its schema. */
export type DataSourceDefinition<A extends Attributes, B extends Blocks, C> = DataSourceHandlers<Schema<A, B>, ViewsOf<A, B>, C>;
/** An ephemeral resource as its author writes it, typed from its schema. */
export type EphemeralDefinition<A extends Attributes, B extends Blocks, C> = EphemeralHandlers<Schema<A, B>, ViewsOf<A, B>, C>;

/** A resource ready to be part of a provider. */
export type Resource<C> = ResourceHandlers<Schema, ErasedViews, C>;
/** A data source ready to be part of a provider. */
export type DataSource<C> = DataSourceHandlers<Schema, ErasedViews, C>;
/** An ephemeral resource ready to be part of a provider. */
export type EphemeralResource<C> = EphemeralHandlers<Schema, ErasedViews, C>;
