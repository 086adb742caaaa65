import { bodyType } from "../schema/block";
import type { Schema } from "../schema/schema";
import { equalValues } from "../cty/equal";
import { normalizeValue } from "../cty/normalize";
import { Path } from "../cty/path";
import type { CtyRecord } from "../cty/value";
import type { Diagnostics } from "../diagnostics";
import { proposedNew } from "./proposed";
import * as steps from "./steps";

/** A planned object and the places whose change asks for a replacement. */
export interface PlannedChange {
  readonly plan: CtyRecord;
  readonly requiresReplace: readonly Path[];
}

/** Sorts paths and drops those that are there twice. */
export function distinctPaths(paths: readonly Path[]): readonly Path[] {
  const byText = new Map(paths.map((path) => [JSON.stringify(path.toMessage()), path]));
  return [...byText.values()].sort(Path.compare.bind(Path));
}

/** Whether an object is the stored one, sets compared without order. */
export function isUnchanged(schema: Schema, plan: CtyRecord, prior: CtyRecord | null): boolean {
  const type = bodyType(schema);
  return prior !== null && equalValues(type, normalizeValue(type, plan), prior);
}

/**
 * Plans the creation or update of a resource by its schema alone. A plan that changes nothing is the stored object, computed values
 * and all, for core applies whatever differs.
 */
export function planChange(schema: Schema, config: CtyRecord, prior: CtyRecord | null, diagnostics: Diagnostics): PlannedChange {
  const requiresReplace: Path[] = [];
  let plan = proposedNew(schema, config, prior);
  plan = steps.applyDefaults(schema, config, prior, plan);
  plan = steps.dropWriteOnly(schema, plan);
  plan = steps.keepEquivalent(schema, config, prior, plan);
  if (!isUnchanged(schema, plan, prior)) plan = steps.markUnknown(schema, config, prior, plan);
  plan = steps.runModifiers(schema, config, prior, plan, { diagnostics, requireReplace: (path) => requiresReplace.push(path) });
  return { plan: normalizeValue(bodyType(schema), plan) as CtyRecord, requiresReplace: distinctPaths(requiresReplace) };
}
