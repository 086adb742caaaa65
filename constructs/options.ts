import { didYouMean } from "../config/suggest";
import { snakeName } from "./names";
import { Misuse, isRecord, misshape } from "./tree";
import type { Tree } from "./tree";
import { Token } from "./cdktf";

/**
 * Which options a factory takes and where each belongs in Kong's form: the option's name to a dotted path of Kong's names.
 * These tables are the only place where a name is more than Kong's name in camelCase.
 */
export type OptionTable = Readonly<Record<string, string>>;

/** A table of options whose path is Kong's name under `prefix`. */
export function plainOptions(names: readonly string[], prefix = ""): OptionTable {
  return Object.fromEntries(names.map((name) => [name, prefix + snakeName(name)]));
}

/**
 * Puts options where Kong has them. What is not in the table becomes a problem at the place where it was given, for people who write
 * JavaScript; absent options are left out.
 *
 * @param factory What the options were given to, e.g. `Target.openai`, for messages.
 */
export function lowerOptions(factory: string, table: OptionTable, options: object): Tree {
  const tree: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const path = Object.hasOwn(table, name) ? table[name] : undefined;
    if (path === undefined) tree[name] = new Misuse(unknownOption(factory, name, Object.keys(table)));
    else place(tree, path.split("."), misshape(value) ?? kongNames(value));
  }
  return tree;
}

/** The value with Kong's names in nested records. Free maps (`metadata`) must not pass here. */
export function kongNames(value: unknown): unknown {
  if (Token.isUnresolved(value)) return value;
  if (Array.isArray(value)) return value.map(kongNames);
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [snakeName(name), kongNames(member)]));
}

/** Merges trees, deeply where both have a record; the later one wins. */
export function mergeTrees(...trees: readonly Tree[]): Tree {
  const merged: Record<string, unknown> = {};
  for (const tree of trees) {
    for (const [name, value] of Object.entries(tree)) {
      const present = merged[name];
      merged[name] = isPlain(present) && isPlain(value) ? mergeTrees(present, value) : value;
    }
  }
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !Token.isUnresolved(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function place(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const inner = isPlain(tree[head]) ? tree[head] : {};
  tree[head] = inner;
  place(inner, rest, value);
}

function unknownOption(factory: string, name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known);
  return `must not be given: ${factory} has no option ${JSON.stringify(name)}.${hint === "" ? ` Known are ${known.join(", ")}.` : hint}`;
}

/** A copy of a record without some members. */
export function omit<Props extends object, Name extends keyof Props>(props: Props, ...names: readonly Name[]): Omit<Props, Name> {
  const rest = { ...props };
  for (const name of names) Reflect.deleteProperty(rest, name);
  return rest;
}
