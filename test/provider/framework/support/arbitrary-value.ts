import { fc } from "../../../support/properties";
import { Decimal, Dynamic, numberFromText, Unknown, type CtyType, type CtyValue, type Refinement } from "../../../../provider/framework";
import { isRecord, isArray } from "../../../../provider/framework/cty/value";
import { numberToText } from "../../../../provider/framework";
import { typeToJson } from "../../../../provider/framework";

const names = fc.constantFrom("a", "b", "name", "ünï", "z9", "10", "2", "__proto__", "constructor");

/** Any text that is no broken UTF-16, composed and decomposed, beyond U+FFFF, controls and quotes included. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCharCode(code)), maxLength: 6 }),
  fc.constantFrom(
    "",
    "e\u0301",
    "\u00e9",
    "\ufb01",
    "\u{1f600}",
    "\ud7ff\uffff",
    'quote " back \\',
    "\u0000\u0007\u007f\u00a0\u2028\ufeff",
    "x".repeat(300),
  ),
);

const numberText = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
  fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }).map(String),
  fc.constantFrom(
    "0",
    "-1",
    "127",
    "128",
    "255",
    "256",
    "-32",
    "-33",
    "-128",
    "-129",
    "65535",
    "65536",
    "4294967295",
    "4294967296",
    "-2147483649",
  ),
  fc.constantFrom(
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
  ),
  fc.constantFrom(
    "0.1",
    "0.5",
    "-0.125",
    "1e-30",
    "1e30",
    "1.5e300",
    "3.141592653589793238462643383279",
    "1e-400",
    "1e21",
    "123456789.5",
    "0.00001",
  ),
  fc.tuple(fc.integer(), fc.integer({ min: 1, max: 30 })).map(([digits, decimals]) => `${digits}e-${decimals}`),
  fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 20 })).map(([x, bits]) => String(x / 2 ** bits)),
);

/** Any number the value system holds. */
export const anyNumber: fc.Arbitrary<number | Decimal> = numberText.map(numberFromText);

/** Any type; `dynamic` not within a collection, where all elements must be of one type. */
export const anyType: fc.Arbitrary<CtyType> = fc.letrec<{ type: CtyType; still: CtyType }>((tie) => {
  const primitive = fc.constantFrom<CtyType>({ kind: "string" }, { kind: "number", decimal: true }, { kind: "bool" });
  const collection = fc.record({ kind: fc.constantFrom("list", "set", "map"), element: tie("still") }) as fc.Arbitrary<CtyType>;
  const object = (part: fc.Arbitrary<CtyType>): fc.Arbitrary<CtyType> =>
    fc.uniqueArray(fc.tuple(names, part), { maxLength: 4, selector: ([name]) => name.normalize("NFC") }).map((entries) => {
      const attributes = Object.create(null) as Record<string, CtyType>;
      for (const [name, type] of entries) attributes[name.normalize("NFC")] = type;
      return { kind: "object", attributes };
    });
  const tuple = (part: fc.Arbitrary<CtyType>): fc.Arbitrary<CtyType> =>
    fc.array(part, { maxLength: 3 }).map((elements) => ({ kind: "tuple", elements }));
  return {
    still: fc.oneof({ maxDepth: 4, withCrossShrink: true }, primitive, collection, object(tie("still")), tuple(tie("still"))),
    type: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      primitive,
      fc.constant<CtyType>({ kind: "dynamic" }),
      collection,
      object(tie("type")),
      tuple(tie("type")),
    ),
  };
}).type;

const nullness = fc.option(fc.constant(false), { nil: undefined });
const compact = (value: object): Refinement => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));

function refinementOf(type: CtyType): fc.Arbitrary<Refinement> {
  switch (type.kind) {
    case "dynamic":
      return fc.constant({});
    case "string":
      return fc.record({ nullness, stringPrefix: fc.option(fc.constantFrom("pre-", "https://", "ü"), { nil: undefined }) }).map(compact);
    case "number": {
      const bound = (min: number, max: number) =>
        fc.option(fc.record({ bound: fc.double({ min, max, noNaN: true }), inclusive: fc.boolean() }), { nil: undefined });
      return fc.record({ nullness, numberLower: bound(-1e9, 0), numberUpper: bound(1, 1e9) }).map(compact);
    }
    case "list":
    case "set":
    case "map": {
      const length = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: undefined });
      return fc.record({ nullness, lengthLower: length(0, 3), lengthUpper: length(4, 9_000) }).map(compact);
    }
    default:
      return fc.record({ nullness }).map(compact);
  }
}

const unknownOf = (type: CtyType): fc.Arbitrary<CtyValue> => refinementOf(type).map((refinement) => new Unknown(refinement));

function knownOf(type: CtyType): fc.Arbitrary<CtyValue> {
  switch (type.kind) {
    case "string":
      return anyText;
    case "number":
      return anyNumber;
    case "bool":
      return fc.boolean();
    case "dynamic":
      return anyType
        .filter((inner) => inner.kind !== "dynamic")
        .chain((inner) => anyValue(inner).map((value) => new Dynamic(inner, value)));
    case "list":
    case "set":
      return fc.array(anyValue(type.element), { maxLength: 4 });
    case "tuple":
      return fc.tuple(...type.elements.map(anyValue));
    case "map":
      return fc.array(fc.tuple(fc.oneof(names, anyText), anyValue(type.element)), { maxLength: 4 }).map((entries) => {
        const result = Object.create(null) as Record<string, CtyValue>;
        for (const [key, value] of entries) result[key.normalize("NFC")] = value;
        return result;
      });
    case "object": {
      const keys = Object.keys(type.attributes);
      return fc.tuple(...keys.map((key) => anyValue(type.attributes[key] as CtyType))).map((values) => {
        const result = Object.create(null) as Record<string, CtyValue>;
        keys.forEach((key, index) => (result[key] = values[index] ?? null));
        return result;
      });
    }
  }
}

/** Any value of a type: mostly known, sometimes null or unknown, at every level. */
export function anyValue(type: CtyType): fc.Arbitrary<CtyValue> {
  return fc.oneof(
    { weight: 8, arbitrary: knownOf(type) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: unknownOf(type) },
  );
}

/** A type and a value of it. */
export const anyTyped = anyType.chain((type) => fc.record({ type: fc.constant(type), value: anyValue(type) }));

function bound(given: { bound: number | Decimal; inclusive: boolean } | undefined): object | undefined {
  return given === undefined ? undefined : { bound: numberToText(given.bound), inclusive: given.inclusive };
}

/** A value in the form that test/tools/go-cty reads, as JSON text. */
export function describeValue(type: CtyType, value: CtyValue): string {
  if (value === null) return "null";
  if (value instanceof Unknown) {
    const { nullness: certain, stringPrefix, numberLower, numberUpper, lengthLower, lengthUpper } = value.refinement;
    const known = {
      notNull: certain === false,
      prefix: stringPrefix,
      numberLower: bound(numberLower),
      numberUpper: bound(numberUpper),
      lengthLower,
      lengthUpper,
    };
    return JSON.stringify({ u: known });
  }
  if (value instanceof Dynamic) return `{"d":{"type":${typeToJson(value.type)},"value":${describeValue(value.type, value.value)}}}`;
  if (typeof value === "string") return JSON.stringify({ s: value });
  if (typeof value === "boolean") return JSON.stringify({ b: value });
  if (typeof value === "number" || value instanceof Decimal) return JSON.stringify({ n: numberToText(value) });
  if (isArray(value)) {
    const elementAt = (index: number): CtyType =>
      type.kind === "tuple" ? (type.elements[index] as CtyType) : (type as { element: CtyType }).element;
    return `{"l":[${value.map((element, index) => describeValue(elementAt(index), element)).join(",")}]}`;
  }
  if (!isRecord(value)) throw new TypeError("no description");
  const partType = (key: string): CtyType =>
    type.kind === "object" ? (type.attributes[key] as CtyType) : (type as { element: CtyType }).element;
  return `{"m":{${Object.keys(value)
    .map((key) => `${JSON.stringify(key)}:${describeValue(partType(key), value[key] as CtyValue)}`)
    .join(",")}}}`;
}
