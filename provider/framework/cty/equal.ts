import { Decimal, sameNumber } from "./number";
import { sameType } from "./type";
import { Dynamic, isArray, isRecord, member, Unknown, type CtyValue } from "./value";
import type { CtyType } from "./type";

function sameSet(element: CtyType, a: readonly CtyValue[], b: readonly CtyValue[]): boolean {
  const left = [...b];
  return (
    a.length === b.length &&
    a.every((value) => {
      const index = left.findIndex((other) => equalValues(element, value, other));
      if (index >= 0) left.splice(index, 1);
      return index >= 0;
    })
  );
}

function sameMap(element: CtyType, a: CtyValue, b: CtyValue): boolean {
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalValues(element, a[key] as CtyValue, b[key] as CtyValue))
  );
}

/**
 * Whether two values of a type are equal: sets without regard to order, numbers by value, unknown to unknown (whatever is known
 * about either), null to null.
 */
export function equalValues(type: CtyType, a: CtyValue, b: CtyValue): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a instanceof Unknown || b instanceof Unknown) return a instanceof Unknown && b instanceof Unknown;
  switch (type.kind) {
    case "number":
      return (typeof a === "number" || a instanceof Decimal) && (typeof b === "number" || b instanceof Decimal) && sameNumber(a, b);
    case "dynamic":
      return a instanceof Dynamic && b instanceof Dynamic && sameType(a.type, b.type) && equalValues(a.type, a.value, b.value);
    case "list":
      return (
        isArray(a) && isArray(b) && a.length === b.length && a.every((value, index) => equalValues(type.element, value, b[index] ?? null))
      );
    case "tuple":
      return isArray(a) && isArray(b) && type.elements.every((element, index) => equalValues(element, a[index] ?? null, b[index] ?? null));
    case "set":
      return isArray(a) && isArray(b) && sameSet(type.element, a, b);
    case "map":
      return sameMap(type.element, a, b);
    case "object":
      return (
        isRecord(a) &&
        isRecord(b) &&
        Object.keys(type.attributes).every((name) => equalValues(type.attributes[name] as CtyType, member(a, name), member(b, name)))
      );
    default:
      return false;
  }
}
