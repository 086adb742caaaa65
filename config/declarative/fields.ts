/**
 * Checks for the fields of entities (services, routes, …). A check returns the field's value or notes a problem and returns nothing;
 * `null` counts as absent, as decK writes it for fields that are not set.
 */
import type { Path } from "../problem";
import { hasReference } from "../references";
import { didYouMean } from "../suggest";
import type { LoadContext } from "./context";
import { nameType, readText, type ScalarType } from "./typed-text";

/** Reads one value; never called with `null` or `undefined`. */
export type Field<T> = (value: unknown, path: Path, context: LoadContext) => T | undefined;

/** The fields that an entity may have. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What is left of an entity after its checks: fields that were absent or wrong are missing. */
export type Read<F extends Fields> = { readonly [K in keyof F]?: NonNullable<ReturnType<F[K]>> };

/** Whether a value is a map of a YAML or JSON file. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as messages show it; maps and lists only by their kind. Not for secret fields. */
export function show(value: unknown): string {
  if (typeof value === "string") return value.length > 60 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "a map" : String(value);
}

/** The kind of a value alone, for places where a text may be a credential. */
export function kindOf(value: unknown): string {
  return typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : show(value);
}

/** Checks every field of an entity; a name that is not among `fields` is an error with the nearest known one. */
export function readFields<F extends Fields>(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  fields: F,
  context: LoadContext,
): Read<F> {
  const result: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) context.error([...path, name], () => `is no known field here.${didYouMean(name, Object.keys(fields))}`);
    else if (raw !== null && raw !== undefined && !context.isDeferred(raw)) result[name] = field(raw, [...path, name], context);
  }
  return result as Read<F>;
}

type Complaint<T> = (value: T) => string | undefined;

function scalar<T extends string | number | boolean>(type: ScalarType, complain: Complaint<T> = () => undefined): Field<T> {
  return (value, path, context) => {
    if (context.isDeferred(value)) return undefined;
    let given = value;
    const isReference = typeof value === "string" && hasReference(value);
    if (isReference) {
      const text = context.resolve(value, path);
      if (text === undefined) return undefined;
      given = readText(text, type);
    }
    const complaint = isOf(given, type) ? complain(given as T) : `must be ${nameType(type)}`;
    if (complaint === undefined) return given as T;
    // A referenced value may be a secret put into the wrong field, so it is never shown.
    context.error(path, `${complaint}, but ${isReference ? "what the reference stands for is not" : `${show(given)} was given`}.`);
    return undefined;
  };
}

function isOf(value: unknown, type: ScalarType): boolean {
  if (type === "integer") return Number.isSafeInteger(value);
  return type === "number" ? typeof value === "number" && Number.isFinite(value) : typeof value === type;
}

/** A text; `complain` returns what must hold where it does not. */
export function text(complain?: Complaint<string>): Field<string> {
  return scalar("string", (value) => (value === "" ? "must not be empty" : complain?.(value)));
}

/** An integer within the given bounds, both included. */
export function integer(minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): Field<number> {
  const range = minimum === Number.MIN_SAFE_INTEGER ? "must be an integer" : `must be an integer from ${minimum} to ${maximum}`;
  return scalar("integer", (value) => (value >= minimum && value <= maximum ? undefined : range));
}

/** `true` or `false`. */
export const flag: Field<boolean> = scalar("boolean");

/** One of the listed texts. */
export function oneOf<T extends string>(...values: readonly T[]): Field<T> {
  return scalar<T>("string", (value) => {
    if (values.includes(value)) return undefined;
    return `must be one of ${values.join(", ")}`;
  });
}

/** A list whose items all pass `item`; wrong items are noted and left out. */
export function listOf<T>(item: Field<T>, minimum = 0): Field<readonly T[]> {
  return (value, path, context) => {
    if (context.isDeferred(value)) return undefined;
    if (!Array.isArray(value)) {
      context.error(path, `must be a list, but ${show(value)} was given.`);
      return undefined;
    }
    if (value.length < minimum) context.error(path, `must have at least ${minimum} item${minimum === 1 ? "" : "s"}.`);
    return value.map((element, index) => item(element, [...path, index], context)).filter((element) => element !== undefined);
  };
}

/** A value that is known and kept as it is, because another step reads it or because it means nothing here. */
export const untouched: Field<unknown> = (value) => value;

/** A map with any content. */
export const record: Field<Record<string, unknown>> = (value, path, context) => {
  if (isRecord(value)) return value;
  context.error(path, `must be a map, but ${show(value)} was given.`);
  return undefined;
};

/** A field that Kong knows and this gateway does not serve: setting it is an error that says why. */
export function refused(reason: string): Field<undefined> {
  return (_value, path, context) => {
    context.error(path, reason);
    return undefined;
  };
}

/** A field that Kong knows and that changes nothing here: setting it is a warning that says why. */
export function meaningless(reason: string): Field<undefined> {
  return (_value, path, context) => {
    context.warning(path, reason);
    return undefined;
  };
}
