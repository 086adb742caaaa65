import type { Diagnostics } from "../diagnostics";
import type { Path } from "../cty/path";
import type { CtyType } from "../cty/type";
import type { KnownOf } from "../cty/builders";
import { t } from "../cty/builders";
import type { Dynamic, CtyRecord, CtyValue } from "../cty/value";
import type { Decimal } from "../cty/number";

/** Who sets an attribute. `defaulted` is optional and computed on the wire: the plan shows the default. */
export type Mode = "required" | "optional" | "computed" | "optionalComputed" | "defaulted" | "writeOnly" | "writeOnlyRequired";

/** How the elements of nested attributes are held. */
export type Nesting = "single" | "list" | "set" | "map";

/** The shape of an attribute with a plain type. Of the type level only. */
export interface Leaf<T> {
  readonly leaf: T;
}

/** The shape of an attribute with attributes of its own. Of the type level only. */
export interface Nest<N extends Nesting, A> {
  readonly nesting: N;
  readonly nested: A;
}

/** What a validator is given: never null, never unknown, though parts of it may be unknown. */
export interface ValidateRequest<T> {
  readonly value: T;
  readonly path: Path;
  readonly diagnostics: Diagnostics;
}

/** A check of one attribute's configured value. */
export interface Validator<T> {
  /** A sentence for the documentation: "must be at least 1". */
  readonly description: string;
  validate(request: ValidateRequest<T>): void;
}

/** What a plan modifier sees. Values are in the form of the value system: null, `Unknown`, or known. */
export interface ModifyRequest {
  readonly path: Path;
  /** The configured value. */
  readonly config: CtyValue;
  /** The value in the state; null where there is none. */
  readonly prior: CtyValue;
  /** The planned value so far. */
  readonly plan: CtyValue;
  /** Whether the resource does not exist yet. */
  readonly isCreate: boolean;
  /** Whether the planned value differs from the one in the state. */
  readonly isChanged: boolean;
  readonly resource: { readonly config: CtyRecord; readonly prior: CtyRecord | null };
  readonly diagnostics: Diagnostics;
}

/** What a plan modifier decides; what is left out stays as it is. */
export interface ModifyResult {
  readonly plan?: CtyValue;
  readonly requiresReplace?: boolean;
}

/** A small rule that changes an attribute's planned value or asks for a replacement. */
export interface PlanModifier {
  /** A sentence for the documentation: "a change replaces the resource". */
  readonly description: string;
  modify(request: ModifyRequest): ModifyResult | undefined;
}

/** What every attribute may say. */
export interface CommonOptions<T> {
  /** For the documentation, in Markdown. @default - none */
  readonly description?: string;
  /** Shown as a warning wherever the attribute is set. @default - not deprecated */
  readonly deprecated?: string;
  /** Whether core hides the value. It is in plan files and states all the same. @default false */
  readonly sensitive?: boolean;
  /** @default - none */
  readonly validators?: readonly Validator<T>[];
  /** Run in this order after defaults and the marking of unknown values. @default - none */
  readonly planModifiers?: readonly PlanModifier[];
  /** Whether two different values mean the same; then the one in the state is kept. Not inside sets. @default - equal values only */
  readonly semanticEquals?: (prior: T, next: T) => boolean;
}

/** Who sets an attribute, as its author writes it. */
export type Presence<T> =
  | {
      readonly required: true;
      readonly optional?: never;
      readonly computed?: never;
      readonly default?: never;
      readonly writeOnly?: boolean;
    }
  | {
      readonly optional: true;
      readonly required?: never;
      readonly computed?: never;
      readonly default?: never;
      readonly writeOnly?: boolean;
    }
  | { readonly optional: true; readonly computed: true; readonly required?: never; readonly default?: never; readonly writeOnly?: never }
  | { readonly optional: true; readonly default: T; readonly required?: never; readonly computed?: never; readonly writeOnly?: never }
  | { readonly computed: true; readonly required?: never; readonly optional?: never; readonly default?: never; readonly writeOnly?: never };

/** The options of an attribute whose known values are T. */
export type AttributeOptions<T> = CommonOptions<T> & Presence<T>;

type ModeOf<O> = O extends { readonly writeOnly: true }
  ? O extends { readonly required: true }
    ? "writeOnlyRequired"
    : "writeOnly"
  : O extends { readonly required: true }
    ? "required"
    : O extends { readonly default: unknown }
      ? "defaulted"
      : O extends { readonly computed: true }
        ? O extends { readonly optional: true }
          ? "optionalComputed"
          : "computed"
        : "optional";

/** An attribute of a schema; made by `attribute`. */
export interface Attribute<S = unknown, M extends Mode = Mode> {
  readonly kind: "attribute";
  readonly type: CtyType;
  readonly mode: M;
  readonly nested?: { readonly nesting: Nesting; readonly attributes: Attributes };
  readonly default?: unknown;
  readonly description?: string;
  readonly deprecated?: string;
  readonly sensitive: boolean;
  readonly validators: readonly Validator<unknown>[];
  readonly planModifiers: readonly PlanModifier[];
  readonly semanticEquals?: (prior: unknown, next: unknown) => boolean;
  /** Carries the shape on the type level; never present. */
  readonly shape?: S;
}

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

interface AnyOptions {
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly writeOnly?: boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly deprecated?: string;
  readonly sensitive?: boolean;
}

function modeOf(options: AnyOptions): Mode {
  if (options.writeOnly === true) return options.required === true ? "writeOnlyRequired" : "writeOnly";
  if (options.required === true) return "required";
  if (options.default !== undefined) return "defaulted";
  if (options.computed === true) return options.optional === true ? "optionalComputed" : "computed";
  return "optional";
}

/** Erases T: a validator of T is only ever given values that were checked against the attribute's type, whose known values T are. */
function make<S, M extends Mode, T>(type: CtyType, options: CommonOptions<T>, nested?: Attribute["nested"]): Attribute<S, M> {
  const any = options as CommonOptions<T> & AnyOptions;
  return {
    kind: "attribute",
    type,
    mode: modeOf(any) as M,
    sensitive: any.sensitive === true,
    validators: options.validators ?? [],
    planModifiers: options.planModifiers ?? [],
    ...(nested === undefined ? {} : { nested }),
    ...(any.default === undefined ? {} : { default: any.default }),
    ...(any.description === undefined ? {} : { description: any.description }),
    ...(any.deprecated === undefined ? {} : { deprecated: any.deprecated }),
    ...(options.semanticEquals === undefined
      ? {}
      : { semanticEquals: options.semanticEquals as (prior: unknown, next: unknown) => boolean }),
  };
}

/** The object type of some attributes. */
export function objectType(attributes: Attributes): CtyType {
  return { kind: "object", attributes: Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type])) };
}

type NestedOptions<A, T> = { readonly attributes: A } & Omit<CommonOptions<T>, "semanticEquals"> & Presence<T>;

/** A nested attribute's options see known values in the form of the value system: what they hold is typed by the resource. */
type NestedValue = Readonly<Record<string, unknown>>;

function nestedType(nesting: Nesting, attributes: Attributes): CtyType {
  const element = objectType(attributes);
  return nesting === "single" ? element : { kind: nesting, element };
}

function nest<N extends Nesting, A extends Attributes, M extends Mode, T>(
  nesting: N,
  options: { readonly attributes: A } & CommonOptions<T>,
) {
  return make<Nest<N, A>, M, T>(nestedType(nesting, options.attributes), options, { nesting, attributes: options.attributes });
}

/** Builders for attributes: a plain type each, then nested attributes, which are objects with a schema of their own. */
export const attribute = {
  string<const O extends AttributeOptions<string>>(options: O): Attribute<Leaf<string>, ModeOf<O>> {
    return make(t.string, options);
  },
  bool<const O extends AttributeOptions<boolean>>(options: O): Attribute<Leaf<boolean>, ModeOf<O>> {
    return make(t.bool, options);
  },
  /** A number that JavaScript holds exactly. Any other is refused with a diagnostic. */
  number<const O extends AttributeOptions<number>>(options: O): Attribute<Leaf<number>, ModeOf<O>> {
    return make(t.number, options);
  },
  /** A number of any size and precision. */
  decimal<const O extends AttributeOptions<number | Decimal>>(options: O): Attribute<Leaf<number | Decimal>, ModeOf<O>> {
    return make(t.decimal, options);
  },
  /** A value of any type. Prefer a typed attribute, or a string of JSON. */
  dynamic<const O extends AttributeOptions<Dynamic>>(options: O): Attribute<Leaf<Dynamic>, ModeOf<O>> {
    return make(t.dynamic, options);
  },
  /** An attribute of any type made with `t`. */
  of<C extends CtyType, const O extends AttributeOptions<KnownOf<C>>>(type: C, options: O): Attribute<Leaf<KnownOf<C>>, ModeOf<O>> {
    return make(type, options);
  },
  list<C extends CtyType, const O extends AttributeOptions<readonly KnownOf<C>[]>>(
    element: C,
    options: O,
  ): Attribute<Leaf<readonly KnownOf<C>[]>, ModeOf<O>> {
    return make(t.list(element), options);
  },
  set<C extends CtyType, const O extends AttributeOptions<readonly KnownOf<C>[]>>(
    element: C,
    options: O,
  ): Attribute<Leaf<readonly KnownOf<C>[]>, ModeOf<O>> {
    return make(t.set(element), options);
  },
  map<C extends CtyType, const O extends AttributeOptions<Readonly<Record<string, KnownOf<C>>>>>(
    element: C,
    options: O,
  ): Attribute<Leaf<Readonly<Record<string, KnownOf<C>>>>, ModeOf<O>> {
    return make(t.map(element), options);
  },
  /** One object. */
  singleNested<A extends Attributes, const O extends NestedOptions<A, NestedValue>>(
    options: O & { readonly attributes: A },
  ): Attribute<Nest<"single", A>, ModeOf<O>> {
    return nest("single", options);
  },
  /** A list of objects: order is meaning. */
  listNested<A extends Attributes, const O extends NestedOptions<A, readonly NestedValue[]>>(
    options: O & { readonly attributes: A },
  ): Attribute<Nest<"list", A>, ModeOf<O>> {
    return nest("list", options);
  },
  /** A set of objects. Prefer a map: its keys make plans readable and diagnostics exact. */
  setNested<A extends Attributes, const O extends NestedOptions<A, readonly NestedValue[]>>(
    options: O & { readonly attributes: A },
  ): Attribute<Nest<"set", A>, ModeOf<O>> {
    return nest("set", options);
  },
  /** Objects by key. */
  mapNested<A extends Attributes, const O extends NestedOptions<A, Readonly<Record<string, NestedValue>>>>(
    options: O & { readonly attributes: A },
  ): Attribute<Nest<"map", A>, ModeOf<O>> {
    return nest("map", options);
  },
} as const;

/** Whether the provider may set the attribute. */
export function isComputed({ mode }: Attribute): boolean {
  return mode === "computed" || mode === "optionalComputed" || mode === "defaulted";
}

/** Whether the value is in the configuration only. */
export function isWriteOnly({ mode }: Attribute): boolean {
  return mode === "writeOnly" || mode === "writeOnlyRequired";
}
