import { isComputed, isWriteOnly, type Attribute, type Nesting } from "../schema/attribute";
import { blockType, type Block, type BlockNesting, type Body } from "../schema/block";
import { equalValues } from "../cty/equal";
import { Path } from "../cty/path";
import { isArray, isRecord, isUnknown, isWhollyKnown, member, type CtyRecord, type CtyValue } from "../cty/value";
import { nestedBody } from "./match-set";

/**
 * What core enforces on the answers of a provider, as checks. Core reports a breach as a bug of the provider after the fact; the
 * framework runs the same checks on its own answers, and the test kit on every step of a life cycle.
 */

/** One breach of a rule. The message names places and kinds, never values: they may be secrets. */
export interface Violation {
  readonly path: Path;
  readonly message: string;
}

function violation(path: Path, message: string): Violation {
  return { path, message };
}

function describe(value: CtyValue): string {
  return value === null ? "null" : isUnknown(value) ? "unknown" : "a known value";
}

function countOf(value: CtyValue): number {
  return isArray(value) ? value.length : isRecord(value) ? Object.keys(value).length : 0;
}

function elementViolations(nesting: Nesting | BlockNesting, body: Body, trio: Trio, path: Path, isBlock = false): readonly Violation[] {
  const { prior, config, plan } = trio;
  if (nesting === "single" || nesting === "group") {
    return isRecord(config) && isRecord(plan) ? bodyViolations(body, isRecord(prior) ? prior : null, config, plan, path) : [];
  }
  if (nesting === "set") {
    // A set with an unknown element may lose elements in the end, so core compares the counts of known sets only. Blocks in a set may
    // become equal by their defaults, and core lets them.
    if (!isBlock && isWhollyKnown(config) && isWhollyKnown(plan) && countOf(config) !== countOf(plan)) {
      return [violation(path, `must have ${countOf(config)} elements as configured, but ${countOf(plan)} are planned`)];
    }
    return isArray(plan) && isArray(config) ? setViolations(body, config, plan, path) : [];
  }
  if (countOf(config) !== countOf(plan)) {
    return [violation(path, `must have ${countOf(config)} elements as configured, but ${countOf(plan)} are planned`)];
  }
  const keys = isArray(config) ? config.map((_, index) => index) : isRecord(config) ? Object.keys(config) : [];
  return keys.flatMap((key) => {
    const part = (value: CtyValue): CtyValue =>
      isArray(value) && typeof key === "number"
        ? (value[key] ?? null)
        : isRecord(value) && typeof key === "string"
          ? member(value, key)
          : null;
    const at = typeof key === "number" ? path.index(key) : path.key(key);
    if (typeof key === "string" && isRecord(plan) && !Object.hasOwn(plan, key)) return [violation(at, "is configured, but not planned")];
    return elementViolation(body, { prior: part(prior), config: part(config), plan: part(plan) }, at);
  });
}

function elementViolation(body: Body, { prior, config, plan }: Trio, path: Path): readonly Violation[] {
  if (isUnknown(config)) return isUnknown(plan) ? [] : [violation(path, "is unknown in the configuration and must stay so")];
  if (isUnknown(plan)) return [violation(path, "must not be unknown as a whole: it is configured")];
  if (!isRecord(config) || !isRecord(plan)) return config === plan ? [] : [violation(path, "must be there exactly when it is configured")];
  return bodyViolations(body, isRecord(prior) ? prior : null, config, plan, path);
}

/**
 * Stricter than core, which trusts a provider with sets: every planned element must be a valid plan for some configured element, and
 * the other way round.
 */
function setViolations(body: Body, config: readonly CtyValue[], plan: readonly CtyValue[], path: Path): readonly Violation[] {
  const fits = (configured: CtyValue, planned: CtyValue): boolean =>
    elementViolation(body, { prior: null, config: configured, plan: planned }, path).length === 0;
  const orphan = plan.some((planned) => !config.some((configured) => fits(configured, planned)));
  const missing = config.some((configured) => !plan.some((planned) => fits(configured, planned)));
  return orphan || missing ? [violation(path, "must have the configured elements, each with computed values added")] : [];
}

interface Trio {
  readonly prior: CtyValue;
  readonly config: CtyValue;
  readonly plan: CtyValue;
}

function attributeViolations(attribute: Attribute, { prior, config, plan }: Trio, path: Path): readonly Violation[] {
  if (isWriteOnly(attribute)) return plan === null ? [] : [violation(path, "is write-only and must be null in a plan")];
  if (attribute.nested !== undefined && writeOnlyPaths(nestedBody(attribute.nested), attribute.nested.nesting, plan, path).length > 0) {
    return writeOnlyPaths(nestedBody(attribute.nested), attribute.nested.nesting, plan, path);
  }
  if (equalValues(attribute.type, plan, config)) return [];
  if (prior !== null && config !== null && equalValues(attribute.type, plan, prior)) return [];
  if (attribute.mode === "computed") return [];
  if (config === null) {
    return isComputed(attribute)
      ? []
      : [violation(path, `is not computed and not configured, so it must be null, but is ${describe(plan)}`)];
  }
  if (attribute.nested === undefined) {
    return [violation(path, `is configured, so it must be as configured or as stored, but is ${describe(plan)}`)];
  }
  if (isUnknown(config)) return [violation(path, "is unknown in the configuration and must stay so")];
  if (plan === null) return [violation(path, "is configured, but planned as null")];
  if (isUnknown(plan)) return [violation(path, "is configured, but planned as unknown")];
  return elementViolations(attribute.nested.nesting, nestedBody(attribute.nested), { prior, config, plan }, path);
}

function blockViolations(block: Block, { prior, config, plan }: Trio, path: Path): readonly Violation[] {
  if (equalValues(blockType(block), plan, config) && isWriteOnlyFree(block, plan, path)) return [];
  if (isUnknown(config)) return [violation(path, "is a dynamic block that is not known yet and must stay so")];
  if (isUnknown(plan)) return [violation(path, "is a block and must not be unknown: only values in it may")];
  if (block.nesting === "single" || block.nesting === "group") {
    if ((plan === null) !== (config === null)) return [violation(path, "is a block and must be there exactly when it is configured")];
  } else if (plan === null) return [violation(path, "is a block and must be empty, not null, where there is none")];
  return elementViolations(block.nesting, block, { prior, config, plan }, path, true);
}

function bodyViolations(body: Body, prior: CtyRecord | null, config: CtyRecord, plan: CtyRecord, path: Path): readonly Violation[] {
  const trio = (name: string): Trio => ({
    prior: prior === null ? null : member(prior, name),
    config: member(config, name),
    plan: member(plan, name),
  });
  return [
    ...Object.entries(body.attributes).flatMap(([name, attribute]) => attributeViolations(attribute, trio(name), path.attribute(name))),
    ...Object.entries(body.blocks).flatMap(([name, block]) => blockViolations(block, trio(name), path.attribute(name))),
  ];
}

/** What is wrong with a plan, given the stored object and the configuration. Null stands for "no such object". */
export function planViolations(
  body: Body,
  prior: CtyRecord | null,
  config: CtyRecord | null,
  plan: CtyRecord | null,
): readonly Violation[] {
  if (config === null) return plan === null ? [] : [violation(Path.empty, "is to be destroyed, so the plan must be null")];
  if (plan === null) return [violation(Path.empty, "is configured, so the plan must not be null")];
  return bodyViolations(body, prior, config, plan, Path.empty);
}

function isWriteOnlyFree(block: Block, value: CtyValue, path: Path): boolean {
  return writeOnlyPaths(block, block.nesting, value, path).length === 0;
}

function writeOnlyPaths(body: Body, nesting: Nesting | BlockNesting, value: CtyValue, path: Path): readonly Violation[] {
  if (isArray(value)) {
    return value.flatMap((element, index) =>
      writeOnlyPaths(body, "single", element, nesting === "set" ? path.setElement() : path.index(index)),
    );
  }
  if (!isRecord(value)) return [];
  if (nesting === "map") return Object.keys(value).flatMap((key) => writeOnlyPaths(body, "single", member(value, key), path.key(key)));
  return [
    ...Object.entries(body.attributes).flatMap(([name, attribute]) => {
      const at = path.attribute(name);
      const part = member(value, name);
      if (isWriteOnly(attribute)) return part === null ? [] : [violation(at, "is write-only and must be null outside the configuration")];
      return attribute.nested === undefined ? [] : writeOnlyPaths(nestedBody(attribute.nested), attribute.nested.nesting, part, at);
    }),
    ...Object.entries(body.blocks).flatMap(([name, block]) =>
      writeOnlyPaths(block, block.nesting, member(value, name), path.attribute(name)),
    ),
  ];
}

/** What is wrong with an object that is to be stored: unknown parts, write-only values. */
export function stateViolations(body: Body, state: CtyRecord | null): readonly Violation[] {
  if (state === null) return [];
  const unknown = [...Object.keys(body.attributes), ...Object.keys(body.blocks)]
    .filter((name) => !isWhollyKnown(member(state, name)))
    .map((name) => violation(Path.root(name), "must be known after apply"));
  return [...unknown, ...writeOnlyPaths(body, "single", state, Path.empty)];
}
