import { fc } from "../../../support/properties";
import { Dynamic, numberFromText, UNKNOWN, type Attribute, type Block, type CtyType, type CtyValue } from "../../../../provider/framework";
import type { Body } from "../../../../provider/framework/schema/block";

type Given = Readonly<Record<string, unknown>>;

/** What of a body is generated: a configuration has no computed values, a state no write-only and no unknown ones. */
export interface Generate {
  readonly what: "config" | "state";
  /** How many of ten values are unknown. */
  readonly unknown: number;
}

/** Few values, so that two configurations often agree. */
function leaf(type: CtyType): fc.Arbitrary<CtyValue> {
  switch (type.kind) {
    case "string":
      return fc.constantFrom("a", "b", "eu", "EU", "e\u0301", "");
    case "number":
      return type.decimal === true
        ? fc.constantFrom(numberFromText("18446744073709551617"), 1, 0.25)
        : fc.constantFrom(0, 1, 2.5, 0.1, 1e21);
    case "bool":
      return fc.boolean();
    case "dynamic":
      return fc.constantFrom(new Dynamic({ kind: "string" }, "x"), new Dynamic({ kind: "tuple", elements: [{ kind: "number" }] }, [1]));
    case "list":
    case "set":
      return fc.array(leaf(type.element), { maxLength: 3 });
    case "map":
      return fc.dictionary(fc.constantFrom("k", "l", "__proto__"), leaf(type.element), { maxKeys: 2, noNullPrototype: false });
    default:
      return fc.constant(null);
  }
}

function collection(
  nesting: string,
  element: fc.Arbitrary<unknown>,
  sizes: { minLength: number; maxLength: number },
): fc.Arbitrary<unknown> {
  if (nesting === "single" || nesting === "group") return element;
  if (nesting === "map") return fc.dictionary(fc.constantFrom("k", "l", "m"), element, { maxKeys: 2 });
  return fc.array(element, sizes);
}

function attributeValue(name: string, attribute: Attribute, generate: Generate): fc.Arbitrary<unknown> {
  const { mode, nested, type } = attribute;
  const isConfig = generate.what === "config";
  if (isConfig ? mode === "computed" : mode === "writeOnly" || mode === "writeOnlyRequired") return fc.constant(null);
  if (name === "timeouts") return fc.constantFrom(null, { create: "1m" });
  const known =
    nested === undefined
      ? leaf(type)
      : collection(nested.nesting, bodyValue({ attributes: nested.attributes, blocks: {} }, generate), { minLength: 0, maxLength: 2 });
  const content = name === "name" || name === "label" ? fc.constantFrom("a", "b", "c") : known;
  const isRequired = mode === "required" || mode === "writeOnlyRequired";
  return fc.oneof(
    { weight: 10 - generate.unknown, arbitrary: content },
    { weight: isRequired ? 0 : 5, arbitrary: fc.constant(null) },
    { weight: generate.unknown, arbitrary: fc.constant(UNKNOWN) },
  );
}

function blockValue(block: Block, generate: Generate): fc.Arbitrary<unknown> {
  const value = collection(block.nesting, bodyValue(block, generate), { minLength: block.minItems, maxLength: 2 });
  return block.nesting === "single" ? fc.option(value, { nil: null }) : value;
}

/** A configuration or state of a body. */
export function bodyValue(body: Body, generate: Generate): fc.Arbitrary<Given> {
  const attributes = Object.entries(body.attributes).map(([name, attribute]) => [name, attributeValue(name, attribute, generate)] as const);
  const blocks = Object.entries(body.blocks).map(([name, block]) => [name, blockValue(block, generate)] as const);
  return fc.record(Object.fromEntries([...attributes, ...blocks]));
}

/** The configuration with each unknown replaced by what another one has at the same place, or else by a value of the same kind. */
export function resolveWith(body: Body, given: Given, other: Given): Given {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const attribute = Object.hasOwn(body.attributes, name) ? body.attributes[name] : undefined;
    const block = Object.hasOwn(body.blocks, name) ? body.blocks[name] : undefined;
    const inner: Body | undefined = attribute?.nested === undefined ? block : { attributes: attribute.nested.attributes, blocks: {} };
    const there = other[name] ?? null;
    if (value === UNKNOWN) result[name] = attribute?.mode === "required" ? (there ?? "a") : there;
    else result[name] = inner === undefined ? value : resolveElements(inner, value, there);
  }
  return result;
}

function resolveElements(body: Body, value: unknown, other: unknown): unknown {
  if (Array.isArray(value))
    return value.map((element, index) => resolveElements(body, element, Array.isArray(other) ? (other[index] as unknown) : {}));
  if (typeof value !== "object" || value === null) return value;
  const isObject = Object.keys(value).every((key) => Object.hasOwn(body.attributes, key) || Object.hasOwn(body.blocks, key));
  const from = (other ?? {}) as Given;
  if (isObject) return resolveWith(body, value as Given, from);
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, resolveElements(body, element, from[key])]));
}
