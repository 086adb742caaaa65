import type { Decimal } from "./number";
import type { CtyType } from "./type";
import type { Dynamic } from "./value";

declare const known: unique symbol;

/** A type together with the TypeScript type of its known, non-null values. */
export type Typed<T> = CtyType & { readonly [known]?: T };

/** The TypeScript type of a type's known values. */
export type KnownOf<C> = C extends { readonly [known]?: infer T } ? Exclude<T, undefined> : never;

/** A value JavaScript callers may find where a collection or object of known values holds one. */
type Member<C> = KnownOf<C>;

/** Builders for types. */
export const t = {
  string: { kind: "string" } as Typed<string>,
  bool: { kind: "bool" } as Typed<boolean>,
  /** Numbers that JavaScript holds exactly; any other is refused with a diagnostic instead of rounded. */
  number: { kind: "number" } as Typed<number>,
  /** Numbers of any size and precision: those that JavaScript does not hold come as `Decimal`. */
  decimal: { kind: "number", decimal: true } as Typed<number | Decimal>,
  /** A value that brings its own type. */
  dynamic: { kind: "dynamic" } as Typed<Dynamic>,
  list<C extends CtyType>(element: C): Typed<readonly Member<C>[]> {
    return { kind: "list", element };
  },
  /** A set: an array without order and without duplicates. */
  set<C extends CtyType>(element: C): Typed<readonly Member<C>[]> {
    return { kind: "set", element };
  },
  map<C extends CtyType>(element: C): Typed<Readonly<Record<string, Member<C>>>> {
    return { kind: "map", element };
  },
  object<A extends Readonly<Record<string, CtyType>>>(attributes: A): Typed<{ readonly [K in keyof A]: Member<A[K]> | null }> {
    return { kind: "object", attributes };
  },
  tuple<const E extends readonly CtyType[]>(elements: E): Typed<{ readonly [K in keyof E]: Member<E[K]> }> {
    return { kind: "tuple", elements };
  },
} as const;
