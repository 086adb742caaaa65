import type { Attribute, Nesting } from "../schema/attribute";
import type { Block, BlockNesting, Body } from "../schema/block";
import { Path } from "../cty/path";
import { emptyRecord, isArray, isRecord, isUnknown, member, type CtyRecord, type CtyValue } from "../cty/value";
import { matchSet, nestedBody } from "./match-set";

/** One place of a plan under construction, with what is configured and stored at the same place. */
export interface Place {
  readonly path: Path;
  readonly config: CtyValue;
  readonly prior: CtyValue;
  readonly plan: CtyValue;
  /** Whether an element of a set is on the way here: its stored counterpart is a guess. */
  readonly inSet: boolean;
}

/** What is done at each attribute, before the attributes in it. Its answer is the new planned value. */
export interface PlanVisitor {
  attribute(attribute: Attribute, place: Place): CtyValue;
  /** @default - blocks are only descended into */
  block?(block: Block, place: Place): void;
}

function walkElement(body: Body, place: Place, visitor: PlanVisitor): CtyValue {
  const { config, prior, plan } = place;
  if (!isRecord(config) || !isRecord(plan)) return plan;
  return walkBody(body, { ...place, config, prior: isRecord(prior) ? prior : null, plan }, visitor);
}

function walkElements(nesting: Nesting | BlockNesting, body: Body, place: Place, visitor: PlanVisitor): CtyValue {
  const { config, prior, plan, path } = place;
  if (config === null || plan === null || isUnknown(config) || isUnknown(plan)) return plan;
  if (isArray(config)) {
    if (!isArray(plan) || plan.length !== config.length) return plan;
    const before = isArray(prior) ? prior : [];
    const isSet = nesting === "set";
    const matched = isSet ? matchSet(body, config, before) : before;
    return plan.map((element, index) =>
      walkElement(
        body,
        {
          path: isSet ? path.setElement() : path.index(index),
          config: config[index] ?? null,
          prior: matched[index] ?? null,
          plan: element,
          inSet: place.inSet || isSet,
        },
        visitor,
      ),
    );
  }
  if (nesting !== "map") return walkElement(body, place, visitor);
  if (!isRecord(config) || !isRecord(plan)) return plan;
  const result = emptyRecord();
  for (const key of Object.keys(plan)) {
    const before = isRecord(prior) ? member(prior, key) : null;
    result[key] = walkElement(
      body,
      { ...place, path: path.key(key), config: member(config, key), prior: before, plan: member(plan, key) },
      visitor,
    );
  }
  return result;
}

function walkBody(
  body: Body,
  place: Place & { config: CtyRecord; prior: CtyRecord | null; plan: CtyRecord },
  visitor: PlanVisitor,
): CtyRecord {
  const result = emptyRecord();
  const at = (name: string): Place => ({
    path: place.path.attribute(name),
    config: member(place.config, name),
    prior: place.prior === null ? null : member(place.prior, name),
    plan: member(place.plan, name),
    inSet: place.inSet,
  });
  for (const [name, attribute] of Object.entries(body.attributes)) {
    const before = at(name);
    const plan = visitor.attribute(attribute, before);
    const { nested } = attribute;
    result[name] = nested === undefined ? plan : walkElements(nested.nesting, nestedBody(nested), { ...before, plan }, visitor);
  }
  for (const [name, block] of Object.entries(body.blocks)) {
    const before = at(name);
    visitor.block?.(block, before);
    result[name] = walkElements(block.nesting, block, before, visitor);
  }
  return result;
}

/** Visits every attribute of a plan whose sets are in the order of the configuration, and collects the new plan. */
export function walkPlan(body: Body, config: CtyRecord, prior: CtyRecord | null, plan: CtyRecord, visitor: PlanVisitor): CtyRecord {
  return walkBody(body, { path: Path.empty, config, prior, plan, inSet: false }, visitor);
}
