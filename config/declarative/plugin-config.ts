import { formatPath, type Path } from "../problem";
import { credentialProblem } from "../credential-text";
import { hasReference, referencesOf } from "../references";
import type { Field } from "../schema/describe";
import type { LoadContext } from "./context";
import { isRecord } from "./fields";
import { nameType, readText, type ScalarType } from "./typed-text";

/** A plugin's `config` after its references were looked up. */
export interface ResolvedConfig {
  readonly config: unknown;
  /** Whether a value is a reference that could not be looked up; its problem is noted already, so nothing more can be said about it. */
  readonly isDeferred: (value: unknown) => boolean;
  /** Whether the value at a path came out of a reference, so that it must not be printed. */
  readonly isHidden: (path: Path) => boolean;
}

/**
 * Replaces references by what they stand for, read as their field's type. Secret fields keep the reference, which must be readable now
 * all the same; it is read again where it is used. `field` describes the whole config.
 */
export function resolveConfig(config: unknown, field: Field, path: Path, context: LoadContext): ResolvedConfig {
  const unresolved = new Set<string>();
  const resolvedPaths = new Set<string>();
  const walk = (value: unknown, at: Path, schema: Field | undefined, isFree: boolean): unknown => {
    if (typeof value === "string") return hasReference(value) ? resolve(value, at, schema, isFree) : value;
    if (Array.isArray(value))
      return value.map((item: unknown, index) => walk(item, [...at, index], schema?.item, isFree || schema?.kind === "free"));
    if (!isRecord(value)) return value;
    // Object.fromEntries defines a member called __proto__, where an assignment would change the prototype.
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        walk(member, [...at, name], schema?.fields?.get(name), isFree || schema?.kind === "free"),
      ]),
    );
  };
  const resolve = (text: string, at: Path, schema: Field | undefined, isFree: boolean): unknown => {
    const found = context.resolve(text, at);
    const carrier = schema?.meta.carrier;
    const problem = found === undefined || carrier === undefined ? undefined : credentialProblem(found, carrier);
    if (problem !== undefined) context.error(at, `What ${referencesOf(text)} stands for ${problem}`);
    // An unknown field may be a misspelled secret one: its reference stays what it is.
    if (found !== undefined && ((schema === undefined && !isFree) || schema?.meta.secret === true)) return text;
    const type = scalarType(schema);
    const value = found === undefined ? undefined : readText(found, type);
    if (value !== undefined) {
      resolvedPaths.add(formatPath(at));
      return value;
    }
    if (found !== undefined) context.error(at, `must be ${nameType(type)}, but what the reference stands for is not.`);
    unresolved.add(text);
    return text;
  };
  return {
    config: walk(config, path, field, false),
    isDeferred: (value) => typeof value === "string" && unresolved.has(value),
    isHidden: (at) => resolvedPaths.has(formatPath(at)),
  };
}

function scalarType(schema: Field | undefined): ScalarType {
  return schema?.kind === "number" || schema?.kind === "integer" || schema?.kind === "boolean" ? schema.kind : "string";
}
