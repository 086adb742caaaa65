import { Decimal } from "./number";
import type { CtyType } from "./type";

/** What is known about an unknown value. Every field is optional; which ones apply depends on the type. */
export interface Refinement {
  /** False: certainly not null. True: certainly null. */
  readonly nullness?: boolean;
  readonly stringPrefix?: string;
  readonly numberLower?: { readonly bound: number | Decimal; readonly inclusive: boolean };
  readonly numberUpper?: { readonly bound: number | Decimal; readonly inclusive: boolean };
  readonly lengthLower?: number;
  readonly lengthUpper?: number;
}

/** A value that will be known at apply only. */
export class Unknown {
  constructor(readonly refinement: Refinement = {}) {}

  toString(): string {
    return "(known after apply)";
  }

  /** Throws, so that an unknown value is never written as if it were an object. */
  toJSON(): never {
    throw new TypeError("an unknown value has no JSON form");
  }
}

/** The unknown value about which nothing is known. */
export const UNKNOWN = new Unknown();

/** Whether a value is unknown. What it holds may still be unknown in parts: see `isWhollyKnown`. */
export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** A known value of type `dynamic`: it brings its type. The value inside may be null or unknown. */
export class Dynamic {
  constructor(
    readonly type: CtyType,
    readonly value: CtyValue,
  ) {}
}

/**
 * A value of Terraform's value system, to be read together with its type: lists, sets and tuples are arrays, maps and objects are
 * records without a prototype, so that any key is just a key.
 */
export type CtyValue = null | Unknown | string | number | Decimal | boolean | Dynamic | readonly CtyValue[] | CtyRecord;

/** A map or object value. */
export interface CtyRecord {
  readonly [key: string]: CtyValue;
}

/** A map or object value under construction. */
export type CtyRecordDraft = Record<string, CtyValue>;

/** An empty record without a prototype. */
export function emptyRecord(): CtyRecordDraft {
  return Object.create(null) as CtyRecordDraft;
}

/** Whether a value is a map or an object. */
export function isRecord(value: CtyValue): value is CtyRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Decimal) &&
    !(value instanceof Dynamic)
  );
}

/** Whether a value is a list, set or tuple. */
export function isArray(value: CtyValue): value is readonly CtyValue[] {
  return Array.isArray(value);
}

/** A member of a record; null where the record has no such member. */
export function member(record: CtyRecord, name: string): CtyValue {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

/** Rebuilds a value from the inside out: `replace` sees each part after its own parts were replaced. */
export function mapValue(value: CtyValue, replace: (value: CtyValue) => CtyValue): CtyValue {
  if (isArray(value)) return replace(value.map((element) => mapValue(element, replace)));
  if (value instanceof Dynamic) return replace(new Dynamic(value.type, mapValue(value.value, replace)));
  if (!isRecord(value)) return replace(value);
  const result = emptyRecord();
  for (const key of Object.keys(value)) result[key] = mapValue(value[key] as CtyValue, replace);
  return replace(result);
}

/** Whether nothing in a value is unknown. */
export function isWhollyKnown(value: CtyValue): boolean {
  if (value instanceof Unknown) return false;
  if (isArray(value)) return value.every(isWhollyKnown);
  if (value instanceof Dynamic) return isWhollyKnown(value.value);
  return !isRecord(value) || Object.keys(value).every((key) => isWhollyKnown(value[key] as CtyValue));
}

/** The value with every unknown part stripped of what is known about it. Core would hold a provider to the refinements it returns. */
export function withoutRefinements(value: CtyValue): CtyValue {
  return mapValue(value, (part) => (part instanceof Unknown ? UNKNOWN : part));
}

/** The value with null in the place of everything unknown. */
export function unknownAsNull(value: CtyValue): CtyValue {
  return mapValue(value, (part) => (part instanceof Unknown ? null : part));
}
