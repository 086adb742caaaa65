import { isComputed, isWriteOnly, type Attribute, type Attributes } from "./attribute";
import type { Block, Body } from "./block";
import type { Schema } from "./schema";
import { normalizeValue } from "../cty/normalize";
import { hasDynamic } from "../cty/type";

/** What a schema is for: some rules differ. */
export type SchemaUse = "provider" | "resource" | "data source" | "ephemeral resource";

const NAME = /^[a-z_][a-z0-9_]*$/;
const RESERVED: Readonly<Record<SchemaUse, readonly string[]>> = {
  provider: ["alias", "version", "count", "for_each", "depends_on", "lifecycle"],
  resource: ["count", "for_each", "depends_on", "lifecycle", "provider", "connection", "provisioner"],
  "data source": ["count", "for_each", "depends_on", "lifecycle", "provider"],
  "ephemeral resource": ["count", "for_each", "depends_on", "lifecycle", "provider"],
};

interface Place {
  readonly path: string;
  readonly use: SchemaUse;
  readonly isRoot: boolean;
  readonly inSet: boolean;
  /** Whether every object of a collection must have the same type here. */
  readonly inCollection: boolean;
}

type Rule = readonly [breaks: (attribute: Attribute, place: Place) => boolean, sentence: string];

const ATTRIBUTE_RULES: readonly Rule[] = [
  [(attribute, { inSet }) => inSet && isWriteOnly(attribute), "must not be write-only inside a set: elements of sets have no identity"],
  [
    (attribute, { inSet }) => inSet && attribute.semanticEquals !== undefined,
    "must not have semanticEquals inside a set: there is no element to compare with",
  ],
  [
    (attribute, { inCollection }) => inCollection && hasDynamic(attribute.type),
    "must not be dynamic inside a list, set or map: all elements have one type",
  ],
  [
    (attribute) => attribute.type.kind !== "dynamic" && attribute.nested === undefined && hasDynamic(attribute.type),
    "must not hold dynamic in another type: use dynamic for the whole attribute",
  ],
  [
    (attribute, { use }) => isWriteOnly(attribute) && use !== "resource",
    "must not be write-only: only resources have a state to keep it out of",
  ],
  [(attribute, { use }) => use === "provider" && isComputed(attribute), "must not be computed or have a default: a provider has no state"],
  [
    (attribute, { use }) => (use === "data source" || use === "ephemeral resource") && attribute.planModifiers.length > 0,
    "must not have plan modifiers: only resources are planned",
  ],
  [
    (attribute) => isWriteOnly(attribute) && attribute.planModifiers.length > 0,
    "must not have plan modifiers: a write-only value is never planned",
  ],
];

function checkDefault(attribute: Attribute, place: Place, found: string[]): void {
  if (attribute.default === undefined) return;
  try {
    if (normalizeValue(attribute.type, attribute.default) === null) found.push(`${place.path} must not have null as its default`);
  } catch (error) {
    found.push(`${place.path} must have a default of its type: ${(error as Error).message}`);
  }
}

function childPlace(place: Place, nesting: string): Place {
  const isCollection = nesting === "list" || nesting === "set" || nesting === "map";
  return {
    path: place.path,
    use: place.use,
    isRoot: false,
    inSet: place.inSet || nesting === "set",
    inCollection: place.inCollection || isCollection,
  };
}

function checkAttribute(attribute: Attribute, place: Place, found: string[]): void {
  for (const [breaks, sentence] of ATTRIBUTE_RULES) {
    if (breaks(attribute, place)) found.push(`${place.path} ${sentence}`);
  }
  checkDefault(attribute, place, found);
  const { nested } = attribute;
  if (nested === undefined) return;
  checkAttributes(nested.attributes, childPlace(place, nested.nesting), found);
  if (isWriteOnly(attribute) && !Object.values(nested.attributes).every(isWriteOnly)) {
    found.push(`${place.path} is write-only, so all attributes in it must be write-only`);
  }
  const computedWithoutConfig = attribute.mode === "computed";
  if (computedWithoutConfig && !Object.values(nested.attributes).every(({ mode }) => mode === "computed")) {
    found.push(`${place.path} is computed, so all attributes in it must be computed`);
  }
}

function checkAttributes(attributes: Attributes, place: Place, found: string[]): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const path = `${place.path}.${name}`;
    if (!NAME.test(name)) found.push(`${path} must have a name of lower case letters, digits and underscores`);
    if (place.isRoot && RESERVED[place.use].includes(name)) found.push(`${path} must not be named ${name}: the language has that name`);
    checkAttribute(attribute, { ...place, path }, found);
  }
}

function checkBlockLimits(block: Block, path: string, found: string[]): void {
  const { nesting, minItems, maxItems } = block;
  if (minItems < 0 || maxItems < 0) found.push(`${path} must not have negative limits`);
  if ((nesting === "list" || nesting === "set") && maxItems !== 0 && minItems > maxItems) {
    found.push(`${path} must have at most maxItems (${maxItems}) as minItems, got ${minItems}`);
  }
  if (nesting === "single" && minItems !== maxItems) {
    found.push(`${path} must have the same minItems and maxItems, as it is a single block, got ${minItems} and ${maxItems}`);
  }
}

function checkBody(body: Body, place: Place, found: string[]): void {
  checkAttributes(body.attributes, place, found);
  for (const [name, block] of Object.entries(body.blocks)) {
    const path = `${place.path}.${name}`;
    if (!NAME.test(name)) found.push(`${path} must have a name of lower case letters, digits and underscores`);
    if (place.isRoot && RESERVED[place.use].includes(name)) found.push(`${path} must not be named ${name}: the language has that name`);
    if (Object.hasOwn(body.attributes, name)) found.push(`${path} must not be both an attribute and a block`);
    checkBlockLimits(block, path, found);
    checkBody(block, childPlace({ ...place, path }, block.nesting), found);
  }
}

/** What a schema breaks of core's rules and of those that keep users safe: one sentence each, empty when all is well. */
export function checkSchema(schema: Schema, use: SchemaUse, name: string): readonly string[] {
  const found: string[] = [];
  if (!Number.isSafeInteger(schema.version) || schema.version < 0)
    found.push(`${name} must have a version of 0 or more, got ${schema.version}`);
  checkBody(schema, { path: name, use, isRoot: true, inSet: false, inCollection: false }, found);
  return found;
}
