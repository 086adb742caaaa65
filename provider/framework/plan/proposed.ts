import { isComputed, type Attribute, type Nesting } from "../schema/attribute";
import type { BlockNesting, Body } from "../schema/block";
import { emptyRecord, isArray, isRecord, isUnknown, member, type CtyRecord, type CtyValue } from "../cty/value";
import { matchSet, nestedBody } from "./match-set";

/** Whether an object in the state must have come from a configuration: it has values that no provider may set. */
function hasConfiguredParts(attribute: Attribute, value: CtyValue): boolean {
  const { nested } = attribute;
  if (nested === undefined || value === null) return false;
  const objects = nested.nesting === "single" ? [value] : isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return objects.some(
    (object) =>
      isRecord(object) &&
      Object.entries(nested.attributes).some(([name, child]) => {
        const part = member(object, name);
        return part !== null && (!isComputed(child) || hasConfiguredParts(child, part));
      }),
  );
}

function proposeElement(body: Body, config: CtyValue, prior: CtyValue): CtyValue {
  return isRecord(config) ? proposeBody(body, config, isRecord(prior) ? prior : null) : config;
}

function proposeElements(nesting: Nesting | BlockNesting, body: Body, config: CtyValue, prior: CtyValue): CtyValue {
  if (config === null || isUnknown(config)) return config;
  if (isArray(config)) {
    const before = isArray(prior) ? prior : [];
    const matched = nesting === "set" ? matchSet(body, config, before) : before;
    return config.map((element, index) => proposeElement(body, element, matched[index] ?? null));
  }
  if (nesting !== "map") return proposeElement(body, config, prior);
  if (!isRecord(config)) return config;
  const result = emptyRecord();
  for (const key of Object.keys(config))
    result[key] = proposeElement(body, member(config, key), isRecord(prior) ? member(prior, key) : null);
  return result;
}

function proposeAttribute(attribute: Attribute, config: CtyValue, prior: CtyValue): CtyValue {
  if (config === null && isComputed(attribute)) {
    return attribute.mode !== "computed" && hasConfiguredParts(attribute, prior) ? null : prior;
  }
  return attribute.nested === undefined ? config : proposeElements(attribute.nested.nesting, nestedBody(attribute.nested), config, prior);
}

function proposeBody(body: Body, config: CtyRecord, prior: CtyRecord | null): CtyRecord {
  const result = emptyRecord();
  for (const [name, attribute] of Object.entries(body.attributes)) {
    result[name] = proposeAttribute(attribute, member(config, name), prior === null ? null : member(prior, name));
  }
  for (const [name, block] of Object.entries(body.blocks)) {
    result[name] = proposeElements(block.nesting, block, member(config, name), prior === null ? null : member(prior, name));
  }
  return result;
}

/**
 * The object that core proposes: what is configured, and what is in the state for computed values that are not. Sets keep the order
 * of the configuration, so that their elements can be told apart until the plan is done.
 */
export function proposedNew(body: Body, config: CtyRecord, prior: CtyRecord | null): CtyRecord {
  return proposeBody(body, config, prior);
}
