import { Decimal, Dynamic, isUnknown, UNKNOWN, type CtyType, type CtyValue } from "../framework";
import { t } from "../framework";

/** A tree of plain data, in which values that are not known yet stand as `Unknown`. */
export interface PlainRecord {
  readonly [name: string]: unknown;
}

/** Whether a value is an object with members of its own: neither a list nor an unknown value. */
export function isRecord(value: unknown): value is PlainRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/**
 * A value of Terraform's as plain data. Members that are null are left out, as Terraform says null where nothing was written. Numbers beyond 64 bit
 * floating point are rounded: no field takes such a number.
 */
export function toPlain(value: CtyValue): unknown {
  if (isUnknown(value)) return UNKNOWN;
  if (value instanceof Decimal) return Number(value.text);
  if (value instanceof Dynamic) return toPlain(value.value);
  if (Array.isArray(value)) return (value as readonly CtyValue[]).map(toPlain);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  // Object.fromEntries defines a member called __proto__, where an assignment would change the prototype.
  return Object.fromEntries(members.map(([name, member]) => [name, toPlain(member)]));
}

/** Plain data as a value that brings its type. Objects keep their members apart, lists become tuples, as Terraform's own `yamldecode` has it. */
export function toDynamic(value: unknown): Dynamic {
  const { type, value: typed } = typedValue(value);
  return new Dynamic(type, typed);
}

function typedValue(value: unknown): { readonly type: CtyType; readonly value: CtyValue } {
  if (typeof value === "string") return { type: t.string, value };
  if (typeof value === "number") return { type: t.number, value };
  if (typeof value === "boolean") return { type: t.bool, value };
  if (Array.isArray(value)) {
    const elements = value.map(typedValue);
    return { type: { kind: "tuple", elements: elements.map(({ type }) => type) }, value: elements.map((element) => element.value) };
  }
  if (!isRecord(value)) return { type: t.dynamic, value: null };
  const members = Object.entries(value).map(([name, member]) => [name, typedValue(member)] as const);
  return {
    type: { kind: "object", attributes: Object.fromEntries(members.map(([name, { type }]) => [name, type])) },
    value: Object.fromEntries(members.map(([name, member]) => [name, member.value])),
  };
}
