/** Values of a plan as one tree: what Terraform does not know yet, or marks sensitive, stands in it as a symbol. */

/** A value that the apply will bring. */
export const UNKNOWN: unique symbol = Symbol("known after apply");
/** A value that the plan marks sensitive; the value itself is dropped. */
export const SENSITIVE: unique symbol = Symbol("sensitive");

/** Deeper trees are cut: no configuration is that deep, and hostile ones would exhaust the stack. */
const DEEPEST = 60;

export type Record_ = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record_ {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else is an empty one. */
export function record(value: unknown): Record_ {
  return isRecord(value) ? value : {};
}

/** The value as an array; anything else is an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** An object's own member; `__proto__` and the like are members only where they were written. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** The value as a text, where it is one. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Whether a value is one of the two symbols. */
export function isHidden(value: unknown): value is typeof UNKNOWN | typeof SENSITIVE {
  return value === UNKNOWN || value === SENSITIVE;
}

/** Whether nothing is given: absent, or null. */
export function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/**
 * Puts a plan's value and its two masks together. Masks are `true` for a whole value, else objects and arrays of the value's shape; an unknown member
 * is missing in the value, so that it is taken from the mask.
 */
export function merge(value: unknown, unknown: unknown, sensitive: unknown, depth = 0): unknown {
  if (sensitive === true) return SENSITIVE;
  if (unknown === true) return UNKNOWN;
  if (depth >= DEEPEST) return undefined;
  const next = (at: unknown, name: string): unknown => (Array.isArray(at) ? (at[Number(name)] as unknown) : member(at, name));
  const both = (name: string): unknown => merge(next(value, name), next(unknown, name), next(sensitive, name), depth + 1);
  if (Array.isArray(value) || (isNothing(value) && Array.isArray(unknown))) {
    const length = Math.max(list(value).length, list(unknown).length);
    return Array.from({ length }, (_, index) => both(String(index)));
  }
  if (isRecord(value) || (isNothing(value) && isRecord(unknown))) {
    const names = new Set([
      ...Object.keys(record(value)),
      ...Object.keys(record(unknown)).filter((name) => holdsUnknown(member(unknown, name))),
    ]);
    return Object.fromEntries([...names].map((name) => [name, both(name)]));
  }
  return value;
}

function holdsUnknown(mask: unknown, depth = 0): boolean {
  if (mask === true) return true;
  if (typeof mask !== "object" || mask === null || depth >= DEEPEST) return false;
  return Object.values(mask).some((one) => holdsUnknown(one, depth + 1));
}

/** A text that is the same for equal values, whatever the order of their members. Trees must be {@link merge}d, which bounds their depth. */
export function canonical(value: unknown): string {
  if (typeof value === "symbol") return `!${value.description ?? ""}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const names = Object.keys(value).filter((name) => !isNothing(value[name]));
  return `{${names.sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`; // prettier-ignore
}
