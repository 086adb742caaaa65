import type { Path, Problem } from "../config/problem";
import { Token } from "./cdktf";
import { Secret, SecretText } from "./secret";

/**
 * A configuration on its way to Kong's form: plain values and tokens in Kong's names, in which secrets are still objects and mistakes
 * that a factory noticed stand where they were made.
 */
export interface Tree {
  readonly [name: string]: unknown;
}

/** A mistake at its place in a tree; rendering turns it into a problem with the path. */
export class Misuse {
  constructor(readonly message: string) {}
}

/** Levels of lists and records; no configuration is that deep, and far more would exhaust the stack. */
const DEEPEST = 64;

/**
 * What is wrong with the form of a value: it contains itself, or is nested too deeply; undefined if nothing is. Nothing below tokens is looked at.
 */
export function misshape(value: unknown): Misuse | undefined {
  const above = new Set<unknown>();
  const visit = (at: unknown): Misuse | undefined => {
    if (typeof at !== "object" || at === null || Token.isUnresolved(at)) return undefined;
    if (above.has(at)) return new Misuse("must not contain itself.");
    if (above.size >= DEEPEST) return new Misuse(`must be nested at most ${DEEPEST} levels deep, but more was given.`);
    above.add(at);
    for (const member of Object.values(at)) {
      const found = visit(member);
      if (found !== undefined) return found;
    }
    above.delete(at);
    return undefined;
  };
  return visit(value);
}

/** What {@link renderTree} found. */
export interface Rendered {
  /** Kong's form: plain data and tokens; absent fields are left out. */
  readonly config: Record<string, unknown>;
  readonly problems: readonly Problem[];
}

/**
 * Lowers a tree to plain data.
 *
 * @param reference Text of the reference that stands for a secret, e.g. `{vault://file/openai.key}`.
 */
export function renderTree(tree: Tree, reference: (secret: Secret) => string): Rendered {
  const problems: Problem[] = [];
  const visit = (value: unknown, path: Path): unknown => {
    if (value instanceof Misuse) {
      problems.push({ severity: "error", path, message: value.message });
      return undefined;
    }
    if (value instanceof SecretText) return value.prefix + reference(value.secret);
    if (value instanceof Secret) return reference(value);
    if (Token.isUnresolved(value)) return value;
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index])).filter((item) => item !== undefined);
    return isRecord(value) ? visitRecord(value, path) : value;
  };
  const visitRecord = (record: Tree, path: Path): Record<string, unknown> => {
    const entries = Object.entries(record).map(([key, value]) => [key, visit(value, [...path, key])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  };
  return { config: visitRecord(tree, []), problems };
}

/** All secrets of a tree, in order of appearance, each object once. */
export function secretsOf(tree: unknown): readonly Secret[] {
  const found = new Set<Secret>();
  const visit = (value: unknown): void => {
    if (value instanceof SecretText) found.add(value.secret);
    else if (value instanceof Secret) found.add(value);
    else if (value instanceof Misuse || Token.isUnresolved(value)) return;
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) Object.values(value).forEach(visit);
  };
  visit(tree);
  return [...found];
}

/** Whether a value is an object with members of its own: neither a list nor a token nor one of our leaves. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Misuse) &&
    !(value instanceof SecretText) &&
    !Token.isUnresolved(value)
  );
}
