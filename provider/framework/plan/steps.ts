import { isComputed } from "../schema/attribute";
import { blockType, type Body } from "../schema/block";
import { equalValues } from "../cty/equal";
import { normalizeValue } from "../cty/normalize";
import { isUnknown, isWhollyKnown, UNKNOWN, type CtyRecord } from "../cty/value";
import type { Diagnostics } from "../diagnostics";
import type { Path } from "../cty/path";
import { walkPlan } from "./walk";
import { withoutWriteOnly } from "./object";

/**
 * The steps of a plan, each from one plan to the next. They run in the order in which they stand here; see `planChange`.
 */

/** Defaults stand in the plan, not only in the result: a reviewer sees what will be. */
export function applyDefaults(body: Body, config: CtyRecord, prior: CtyRecord | null, plan: CtyRecord): CtyRecord {
  return walkPlan(body, config, prior, plan, {
    attribute: (attribute, place) =>
      place.config === null && attribute.default !== undefined ? normalizeValue(attribute.type, attribute.default) : place.plan,
  });
}

/** Write-only values are in the configuration only. Core proposes them, and refuses them in an answer. */
export function dropWriteOnly(body: Body, plan: CtyRecord): CtyRecord {
  return withoutWriteOnly(body, plan);
}

/** Where the new value means the same as the stored one, the stored one stays, and there is no change. */
export function keepEquivalent(body: Body, config: CtyRecord, prior: CtyRecord | null, plan: CtyRecord): CtyRecord {
  return walkPlan(body, config, prior, plan, {
    attribute(attribute, place) {
      if (attribute.semanticEquals === undefined || place.config === null || place.prior === null) return place.plan;
      if (place.inSet || !isWhollyKnown(place.config)) return place.plan;
      return attribute.semanticEquals(place.prior, place.config) ? place.prior : place.plan;
    },
  });
}

/** Once anything changes, the provider may change every computed value that nobody set: it is unknown until a plan modifier knows better. */
export function markUnknown(body: Body, config: CtyRecord, prior: CtyRecord | null, plan: CtyRecord): CtyRecord {
  return walkPlan(body, config, prior, plan, {
    attribute: (attribute, place) =>
      place.config === null && isComputed(attribute) && attribute.default === undefined ? UNKNOWN : place.plan,
  });
}

/** Runs the plan modifiers, those of an object before those in it. */
export function runModifiers(
  body: Body,
  config: CtyRecord,
  prior: CtyRecord | null,
  plan: CtyRecord,
  { diagnostics, requireReplace }: { readonly diagnostics: Diagnostics; readonly requireReplace: (path: Path) => void },
): CtyRecord {
  const resource = { config, prior };
  return walkPlan(body, config, prior, plan, {
    attribute(attribute, place) {
      let value = place.plan;
      for (const modifier of attribute.planModifiers) {
        const isChanged = !equalValues(attribute.type, normalizeValue(attribute.type, value), place.prior);
        const { path, config: configured, prior: stored } = place;
        const result = modifier.modify({
          path,
          config: configured,
          prior: stored,
          plan: value,
          isCreate: prior === null,
          isChanged,
          resource,
          diagnostics,
        });
        if (result?.plan !== undefined) value = result.plan;
        if (result?.requiresReplace === true) requireReplace(place.path);
      }
      return value;
    },
    block(block, place) {
      if (block.planModifiers.length === 0 || isUnknown(place.plan)) return;
      const type = blockType(block);
      const isChanged = !equalValues(type, normalizeValue(type, place.plan), place.prior);
      for (const modifier of block.planModifiers) {
        const result = modifier.modify({ ...place, isCreate: prior === null, isChanged, resource, diagnostics });
        if (result?.requiresReplace === true) requireReplace(place.path);
      }
    },
  });
}
