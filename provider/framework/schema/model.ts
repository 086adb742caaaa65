import type { Attribute, Attributes, Leaf, Mode, Nest, Nesting } from "./attribute";
import type { Block, BlockNesting, Blocks } from "./block";
import type { Decimal } from "../cty/number";
import type { Dynamic, Unknown } from "../cty/value";

/**
 * What a resource's attributes look like to its author:
 * - `config`: as configured, any part may be unknown. `applied`: as configured, when everything is known
 * - `planning`: the plan while it is made, any part may be unknown
 * - `plan`: the plan at apply; undefined stands for what the author has yet to find out
 * - `state`: what is stored. `stored`: the same where even required values may be missing, as after an import
 */
export type View = "config" | "applied" | "planning" | "plan" | "state" | "stored";

type Unknowing = "config" | "planning";

/** A known type whose parts may be unknown. */
type WithUnknown<T> = T extends string | number | boolean | Decimal | Dynamic | null | undefined
  ? T
  : T extends readonly unknown[]
    ? { readonly [K in keyof T]: WithUnknown<T[K]> | Unknown }
    : T extends object
      ? { readonly [K in keyof T]: WithUnknown<T[K]> | Unknown }
      : T;

type Wrap<N extends Nesting | BlockNesting, T> = N extends "single" | "group"
  ? T
  : N extends "map"
    ? Readonly<Record<string, T>>
    : readonly T[];

type PartUnknown<V extends View> = V extends Unknowing ? Unknown : never;

type Content<S, V extends View> =
  S extends Leaf<infer T>
    ? V extends Unknowing
      ? WithUnknown<T>
      : T
    : S extends Nest<infer N, infer A extends Attributes>
      ? N extends "single"
        ? Fields<A, V>
        : Wrap<N, Fields<A, V> | PartUnknown<V>>
      : never;

type Value<M extends Mode, C, V extends View> = V extends "config" | "applied"
  ? M extends "computed"
    ? null
    : M extends "required" | "writeOnlyRequired"
      ? C
      : C | null
  : M extends "writeOnly" | "writeOnlyRequired"
    ? null
    : V extends "stored"
      ? C | null
      : M extends "required" | "defaulted"
        ? C
        : V extends "plan"
          ? M extends "computed" | "optionalComputed"
            ? C | null | undefined
            : C | null
          : C | null;

type Field<A, V extends View> = A extends Attribute<infer S, infer M> ? Value<M, Content<S, V>, V> | PartUnknown<V> : never;

type Fields<A extends Attributes, V extends View> = { readonly [K in keyof A]: Field<A[K], V> };

type BlockField<X, V extends View> =
  X extends Block<infer N, infer A, infer B, infer R>
    ? N extends "single"
      ? Model<A, B, V> | (R extends true ? (V extends "stored" ? null : never) : null) | PartUnknown<V>
      : Wrap<N, Model<A, B, V>> | PartUnknown<V>
    : never;

/** The object of some attributes and blocks in a view. */
export type Model<A extends Attributes, B extends Blocks, V extends View> = Fields<A, V> & { readonly [K in keyof B]: BlockField<B[K], V> };

/** What the plan cannot know: the author must return it from create and update. */
type ToFindOut<A extends Attributes> = {
  [K in keyof A]: A[K] extends Attribute<unknown, infer M> ? (M extends "computed" | "optionalComputed" ? K : never) : never;
}[keyof A];

/** What create and update return: every computed attribute, and any other whose planned value is not kept as it is. */
export type Outcome<A extends Attributes, B extends Blocks> = { readonly [K in ToFindOut<A>]: Field<A[K], "state"> } & {
  readonly [K in Exclude<keyof A, ToFindOut<A>>]?: Field<A[K], "state"> | undefined;
} & { readonly [K in keyof B]?: BlockField<B[K], "state"> | undefined };

/** What read returns, and what is reported while an apply goes on: anything left out stays as it is. */
export type Partly<A extends Attributes, B extends Blocks> = {
  readonly [K in keyof A]?: Field<A[K], "stored"> | undefined;
} & { readonly [K in keyof B]?: BlockField<B[K], "stored"> | undefined };
