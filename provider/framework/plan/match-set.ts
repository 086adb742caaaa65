import { isComputed, type Attribute, type Nesting } from "../schema/attribute";
import { bodyType, type Block, type BlockNesting, type Body } from "../schema/block";
import { equalValues } from "../cty/equal";
import { normalizeValue } from "../cty/normalize";
import { isArray, isRecord, isUnknown, member, type CtyRecord, type CtyValue } from "../cty/value";

const bodies = new WeakMap<object, Body>();

/** The body of a nested attribute's elements. */
export function nestedBody(nested: NonNullable<Attribute["nested"]>): Body {
  let body = bodies.get(nested);
  if (body === undefined) {
    body = { attributes: nested.attributes, blocks: {} };
    bodies.set(nested, body);
  }
  return body;
}

function elementsCouldComeFrom(nesting: Nesting | BlockNesting, body: Body, config: CtyValue, prior: CtyValue): boolean {
  if (config === null || prior === null) return config === prior;
  if (isUnknown(config) || isUnknown(prior)) return false;
  if (isRecord(config) && isRecord(prior)) {
    if (nesting !== "map") return couldComeFrom(body, config, prior);
    const keys = Object.keys(config);
    return (
      keys.length === Object.keys(prior).length &&
      keys.every((key) => Object.hasOwn(prior, key) && elementsCouldComeFrom("single", body, member(config, key), member(prior, key)))
    );
  }
  if (!isArray(config) || !isArray(prior) || config.length !== prior.length) return false;
  if (nesting === "set") return matchSet(body, config, prior).every((found) => found !== null);
  return config.every((element, index) => elementsCouldComeFrom("single", body, element, prior[index] ?? null));
}

function attributeCouldComeFrom(attribute: Attribute, config: CtyValue, prior: CtyValue): boolean {
  if (config === null && attribute.default !== undefined) {
    return equalValues(attribute.type, normalizeValue(attribute.type, attribute.default), prior);
  }
  if (config === null && isComputed(attribute)) return true;
  if (attribute.nested === undefined) return !isUnknown(config) && equalValues(attribute.type, config, prior);
  return elementsCouldComeFrom(attribute.nested.nesting, nestedBody(attribute.nested), config, prior);
}

/** Whether an object in the state could have been made from a configured one: they differ in computed values only. */
function couldComeFrom(body: Body, config: CtyRecord, prior: CtyRecord): boolean {
  return (
    Object.entries(body.attributes).every(([name, attribute]) =>
      attributeCouldComeFrom(attribute, member(config, name), member(prior, name)),
    ) &&
    Object.entries(body.blocks).every(([name, block]: [string, Block]) =>
      elementsCouldComeFrom(block.nesting, block, member(config, name), member(prior, name)),
    )
  );
}

/** How much of an object is configured: the more, the fewer objects in the state can have come from it. */
function weight(value: CtyValue): number {
  if (value === null) return 0;
  if (isArray(value)) return value.reduce<number>((sum, element) => sum + weight(element), 1);
  return isRecord(value) ? Object.keys(value).reduce((sum, key) => sum + weight(member(value, key)), 1) : 1;
}

/**
 * For each configured element of a set, the element of the state it stands for, or null. Elements have no identity, so this is a
 * guess: equal first, then equal but for computed values, the most specific first, each taken once.
 */
export function matchSet(body: Body, config: readonly CtyValue[], prior: readonly CtyValue[]): readonly (CtyRecord | null)[] {
  const type = bodyType(body);
  const free = prior.filter(isRecord);
  const found = config.map((): CtyRecord | null => null);
  const order = config.map((_, index) => index).sort((a, b) => weight(config[b] ?? null) - weight(config[a] ?? null));
  const take = (index: number, fits: (candidate: CtyRecord) => boolean): void => {
    if (found[index] !== null) return;
    const at = free.findIndex(fits);
    if (at >= 0) found[index] = free.splice(at, 1)[0] ?? null;
  };
  for (const index of order) take(index, (candidate) => equalValues(type, config[index] ?? null, candidate));
  for (const index of order) {
    const element = config[index] ?? null;
    if (isRecord(element)) take(index, (candidate) => couldComeFrom(body, element, candidate));
  }
  return found;
}
