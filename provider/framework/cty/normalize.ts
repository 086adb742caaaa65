import { equalValues } from "./equal";
import { Decimal, numberFromBigInt } from "./number";
import { Path, ValueError } from "./path";
import { sortSet } from "./set-order";
import { describeType, type CtyType } from "./type";
import { Dynamic, emptyRecord, isArray, isRecord, isWhollyKnown, member, Unknown, type CtyValue } from "./value";

/** What stands at a place, for a message: its kind, never its content, which may be a secret. */
function describeGiven(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === undefined) return "nothing";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function refuse(type: CtyType, value: unknown, path: Path): never {
  throw new ValueError(path, `must be a ${describeType(type)}, but ${describeGiven(value)} was given`);
}

function toNumber(value: unknown, path: Path, type: CtyType): number | Decimal {
  if (value instanceof Decimal) return value;
  if (typeof value === "bigint") return numberFromBigInt(value);
  if (typeof value !== "number" || Number.isNaN(value)) return refuse(type, value, path);
  return value === 0 ? 0 : value;
}

/** Removes equal elements and brings a set in order. What is unknown in parts equals nothing, for it may differ in the end. */
export function normalizeSet(element: CtyType, values: readonly CtyValue[]): readonly CtyValue[] {
  const distinct: CtyValue[] = [];
  for (const value of values) {
    if (!isWhollyKnown(value) || !distinct.some((other) => equalValues(element, other, value))) distinct.push(value);
  }
  return sortSet(element, distinct);
}

function elements(type: CtyType, value: unknown, path: Path): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(type, value, path);
}

function record(type: CtyType, value: unknown, path: Path): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Decimal || value instanceof Dynamic) {
    return refuse(type, value, path);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A value's own type: `dynamic` inside an object or tuple gives way to the type of what stands there, which is then no `Dynamic` any more. */
function concrete(type: CtyType, value: CtyValue): { readonly type: CtyType; readonly value: CtyValue } {
  if (value instanceof Dynamic) return { type: value.type, value: value.value };
  if (type.kind === "object" && isRecord(value)) {
    const attributes = Object.create(null) as Record<string, CtyType>;
    const result = emptyRecord();
    for (const name of Object.keys(type.attributes)) {
      const part = concrete(type.attributes[name] as CtyType, member(value, name));
      attributes[name] = part.type;
      result[name] = part.value;
    }
    return { type: { kind: "object", attributes }, value: result };
  }
  if (type.kind === "tuple" && isArray(value)) {
    const parts = type.elements.map((element, index) => concrete(element, value[index] ?? null));
    return { type: { kind: "tuple", elements: parts.map((part) => part.type) }, value: parts.map((part) => part.value) };
  }
  return { type, value };
}

function normalizeDynamic(value: Dynamic, path: Path): CtyValue {
  const own = concrete(value.type, normalizeValue(value.type, value.value, path));
  return own.type.kind === "dynamic" ? own.value : new Dynamic(own.type, own.value);
}

/**
 * Brings JavaScript data into the form of a type: strings composed (NFC), BigInts as numbers, sets sorted without duplicates, records
 * without a prototype and with every attribute of the type. A missing attribute and undefined become null.
 *
 * @throws ValueError when the data does not fit the type: the message tells the place and the type, never the value.
 */
export function normalizeValue(type: CtyType, value: unknown, path: Path = Path.empty): CtyValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Unknown) return value;
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? value.normalize("NFC") : refuse(type, value, path);
    case "bool":
      return typeof value === "boolean" ? value : refuse(type, value, path);
    case "number":
      return toNumber(value, path, type);
    case "dynamic":
      return value instanceof Dynamic ? normalizeDynamic(value, path) : refuse(type, value, path);
    case "list":
      return elements(type, value, path).map((element, index) => normalizeValue(type.element, element, path.index(index)));
    case "set":
      return normalizeSet(
        type.element,
        elements(type, value, path).map((element) => normalizeValue(type.element, element, path.setElement())),
      );
    case "tuple": {
      const given = elements(type, value, path);
      if (given.length !== type.elements.length) {
        throw new ValueError(path, `must be a tuple of ${type.elements.length} elements, but ${given.length} were given`);
      }
      return type.elements.map((element, index) => normalizeValue(element, given[index], path.index(index)));
    }
    case "map": {
      const given = record(type, value, path);
      const result = emptyRecord();
      for (const key of Object.keys(given)) result[key.normalize("NFC")] = normalizeValue(type.element, given[key], path.key(key));
      return result;
    }
    case "object": {
      const given = record(type, value, path);
      const result = emptyRecord();
      for (const name of Object.keys(type.attributes)) {
        const attribute = Object.hasOwn(given, name) ? given[name] : undefined;
        result[name] = normalizeValue(type.attributes[name] as CtyType, attribute, path.attribute(name));
      }
      const extra = Object.keys(given).find((name) => !Object.hasOwn(type.attributes, name) && given[name] !== undefined);
      if (extra !== undefined) throw new ValueError(path.attribute(extra), "is no attribute of the schema");
      return result;
    }
  }
}
