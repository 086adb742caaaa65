import { fc } from "../properties";
import { UNKNOWN, Unknown, type Attribute, type Block, type CtyType } from "../../../provider/framework";
import { bodyType, type Body } from "../../../provider/framework/schema/block";

type Given = Readonly<Record<string, unknown>>;

/** Few values, so that two objects often agree. */
function known(type: CtyType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "string":
      return fc.constantFrom("a", "b", "");
    case "bool":
      return fc.boolean();
    case "number":
      return fc.constantFrom(0, 1, 2.5);
    case "map":
      return fc.dictionary(fc.constantFrom("k", "l"), known(type.element), { maxKeys: 2 });
    case "list":
    case "set":
      return fc.array(known(type.element), { maxLength: 2 });
    case "object":
      return fc.record(Object.fromEntries(Object.entries(type.attributes).map(([name, one]) => [name, known(one)])));
    default:
      return fc.constant(null);
  }
}

function attributeValue({ mode, type }: Attribute, isConfig: boolean): fc.Arbitrary<unknown> {
  if (isConfig && mode === "computed") return fc.constant(null);
  return fc.oneof(
    { weight: 3, arbitrary: known(type) },
    { weight: mode === "required" ? 0 : 5, arbitrary: fc.constant(null) },
    { weight: isConfig ? 1 : 0, arbitrary: fc.constant(UNKNOWN) },
  );
}

function blockValue(block: Block, isConfig: boolean): fc.Arbitrary<unknown> {
  const value = bodyValue(block, isConfig);
  return block.nesting === "single" ? fc.option(value) : fc.array(value, { minLength: block.minItems, maxLength: block.maxItems || 2 });
}

/** A configuration of a body, with unknown values here and there, or a stored object. */
export function bodyValue(body: Body, isConfig: boolean): fc.Arbitrary<Given> {
  const attributes = Object.entries(body.attributes).map(([name, one]) => [name, attributeValue(one, isConfig)] as const);
  const blocks = Object.entries(body.blocks).map(([name, one]: [string, Block]) => [name, blockValue(one, isConfig)] as const);
  return fc.record(Object.fromEntries([...attributes, ...blocks]));
}

/** Most of the first object, the rest of the second: changes of one or two attributes are what mostly happens. */
export function mixed(first: fc.Arbitrary<Given>, second: fc.Arbitrary<Given>): fc.Arbitrary<readonly [Given, Given]> {
  return fc.tuple(first, second, fc.infiniteStream(fc.integer({ min: 0, max: 19 }))).map(([stored, config, draws]) => {
    const entries = Object.entries(config).map(([name, value]) => [name, draws.next().value === 0 ? value : stored[name]] as const);
    return [stored, Object.fromEntries(entries)];
  });
}

/** The value of a type with each unknown part known. */
export function resolved(type: CtyType, value: unknown): unknown {
  if (value instanceof Unknown) {
    if (type.kind === "string") return "found";
    if (type.kind === "number") return 7;
    if (type.kind === "bool") return true;
    return type.kind === "map" || type.kind === "object" ? {} : [];
  }
  if ((type.kind === "list" || type.kind === "set") && Array.isArray(value)) return value.map((one) => resolved(type.element, one));
  if (type.kind !== "object" || typeof value !== "object" || value === null) return value;
  const parts = value as Given;
  return Object.fromEntries(Object.entries(type.attributes).map(([name, one]) => [name, resolved(one, parts[name] ?? null)]));
}

/** A configuration with each unknown part known. */
export function resolvedBody(body: Body, value: Given): Given {
  return resolved(bodyType(body), value) as Given;
}
