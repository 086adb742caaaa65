import { normalizeValue } from "../cty/normalize";
import { Path, ValueError } from "../cty/path";
import type { CtyType } from "../cty/type";
import {
  emptyRecord,
  isArray,
  isRecord,
  isUnknown,
  isWhollyKnown,
  member,
  unknownAsNull,
  type CtyRecord,
  type CtyValue,
} from "../cty/value";
import type { Diagnostics } from "../diagnostics";
import { isWriteOnly, type Nesting } from "../schema/attribute";
import { bodyType, type Block, type BlockNesting, type Body } from "../schema/block";
import { nestedBody } from "./match-set";

type RewriteBody = (body: Body, value: CtyRecord) => CtyRecord;

function rewriteElements(nesting: Nesting | BlockNesting, body: Body, value: CtyValue, rewrite: RewriteBody): CtyValue {
  if (isArray(value)) return value.map((element) => rewriteElements("single", body, element, rewrite));
  if (!isRecord(value)) return value;
  if (nesting !== "map") return rewrite(body, value);
  const result = emptyRecord();
  for (const key of Object.keys(value)) result[key] = rewriteElements("single", body, member(value, key), rewrite);
  return result;
}

/** The object with null in the place of every write-only value. */
export function withoutWriteOnly(body: Body, value: CtyRecord): CtyRecord {
  const result = emptyRecord();
  for (const [name, attribute] of Object.entries(body.attributes)) {
    const { nested } = attribute;
    const part = member(value, name);
    if (isWriteOnly(attribute)) result[name] = null;
    else result[name] = nested === undefined ? part : rewriteElements(nested.nesting, nestedBody(nested), part, withoutWriteOnly);
  }
  for (const [name, block] of Object.entries(body.blocks)) {
    result[name] = rewriteElements(block.nesting, block, member(value, name), withoutWriteOnly);
  }
  return result;
}

function emptyBlock(block: Block): CtyValue {
  if (block.nesting === "single") return null;
  if (block.nesting === "group") return emptyObject(block);
  return block.nesting === "map" ? emptyRecord() : [];
}

/** The object with no attribute set and no block written. */
export function emptyObject(body: Body): CtyRecord {
  const result = emptyRecord();
  for (const name of Object.keys(body.attributes)) result[name] = null;
  for (const [name, block] of Object.entries(body.blocks)) result[name] = emptyBlock(block);
  return result;
}

/** The object with empty collections where blocks are null: core knows no null blocks. */
export function withEmptyBlocks(body: Body, value: CtyRecord): CtyRecord {
  const result = { ...emptyRecord(), ...value };
  Object.setPrototypeOf(result, null);
  for (const [name, block] of Object.entries(body.blocks)) {
    const part = member(value, name);
    result[name] = part === null ? emptyBlock(block) : rewriteElements(block.nesting, block, part, withEmptyBlocks);
  }
  return result;
}

/** Takes values from `base` wherever `given` says undefined; notes the places where the base does not know either. */
function fill(type: CtyType, given: unknown, base: CtyValue, path: Path, missing: Path[]): unknown {
  if (given === undefined) {
    if (isWhollyKnown(base)) return base;
    missing.push(path);
    return unknownAsNull(base);
  }
  if (type.kind === "list" && Array.isArray(given)) {
    return given.map((element: unknown, index) =>
      fill(type.element, element ?? undefined, isArray(base) ? (base[index] ?? null) : null, path.index(index), missing),
    );
  }
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  if (type.kind === "object" && isObject) {
    const from = given as Readonly<Record<string, unknown>>;
    const result: Record<string, unknown> = Object.assign(emptyRecord(), from);
    for (const [name, attribute] of Object.entries(type.attributes)) {
      result[name] = fill(
        attribute,
        Object.hasOwn(from, name) ? from[name] : undefined,
        isRecord(base) ? member(base, name) : null,
        path.attribute(name),
        missing,
      );
    }
    return result;
  }
  if (type.kind === "map" && isObject) {
    const result: Record<string, unknown> = emptyRecord();
    for (const [key, element] of Object.entries(given as Readonly<Record<string, unknown>>)) {
      result[key] = fill(type.element, element, isRecord(base) ? member(base, key) : null, path.key(key), missing);
    }
    return result;
  }
  return given;
}

/**
 * The stored object that a handler's answer stands for: what it leaves out is taken from `base`, blocks are empty instead of null,
 * write-only values are null. One bad value does not cost the others: it is reported, and the value of the base stands in.
 *
 * @param doing what the handler was doing, for messages
 */
export function completeObject(
  body: Body,
  given: Readonly<Record<string, unknown>>,
  base: CtyRecord,
  doing: string,
  diagnostics: Diagnostics,
): CtyRecord {
  const result = emptyRecord();
  const missing: Path[] = [];
  for (const [name, type] of Object.entries(bodyType(body).attributes)) {
    const path = Path.root(name);
    const before = member(base, name);
    try {
      const value = normalizeValue(type, fill(type, Object.hasOwn(given, name) ? given[name] : undefined, before, path, missing), path);
      if (!isWhollyKnown(value)) missing.push(path);
      result[name] = unknownAsNull(value);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      diagnostics.error("The provider returned an invalid value", `${doing}: ${error.message}.`, error.path);
      result[name] = unknownAsNull(before);
    }
  }
  for (const name of Object.keys(given)) {
    const isKnownName = Object.hasOwn(body.attributes, name) || Object.hasOwn(body.blocks, name);
    if (!isKnownName && given[name] !== undefined) {
      diagnostics.error("The provider returned an invalid value", `${doing}: ${name} is no attribute of the schema.`);
    }
  }
  for (const path of missing) {
    diagnostics.error(
      "The provider did not return a value",
      `${doing}: ${path.toString()} was to be known after this, but was not returned.`,
      path,
    );
  }
  return withoutWriteOnly(body, withEmptyBlocks(body, result));
}

/** Keeps stored values where the new ones mean the same, so that a difference in spelling is no drift. Sets are left alone. */
export function keepStored(body: Body, stored: CtyRecord, next: CtyRecord): CtyRecord {
  const result = emptyRecord();
  for (const [name, attribute] of Object.entries(body.attributes)) {
    const before = member(stored, name);
    const after = member(next, name);
    const { nested, semanticEquals } = attribute;
    const isComparable = before !== null && after !== null && isWhollyKnown(before) && isWhollyKnown(after);
    if (semanticEquals !== undefined && isComparable) result[name] = semanticEquals(before, after) ? before : after;
    else result[name] = nested === undefined ? after : keepElements(nested.nesting, nestedBody(nested), before, after);
  }
  for (const [name, block] of Object.entries(body.blocks)) {
    result[name] = keepElements(block.nesting, block, member(stored, name), member(next, name));
  }
  return result;
}

function keepElements(nesting: Nesting | BlockNesting, body: Body, stored: CtyValue, next: CtyValue): CtyValue {
  if (stored === null || next === null || isUnknown(stored) || nesting === "set") return next;
  if (isArray(stored) && isArray(next)) return next.map((element, index) => keepElements("single", body, stored[index] ?? null, element));
  if (!isRecord(stored) || !isRecord(next)) return next;
  if (nesting !== "map") return keepStored(body, stored, next);
  const result = emptyRecord();
  for (const key of Object.keys(next)) result[key] = keepElements("single", body, member(stored, key), member(next, key));
  return result;
}
