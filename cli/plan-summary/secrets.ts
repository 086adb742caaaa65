import { hasReference, parseReferences } from "../../config/references";
import { fieldAt } from "../../config/schema/describe";
import { ALGORITHMS, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../config/schema/vocabulary";
import type { Path } from "../../config/problem";
import type { Plan } from "./read-plan";
import { isRecord, list, member, record, text } from "./values";

/** Shorter texts are too common to be looked for everywhere; at their own place they are hidden all the same. */
const SHORTEST = 6;
/** A value inside `NAME=value` is looked for by itself only if it is no usual word. */
const SHORTEST_ASSIGNED = 12;
const MOST = 20_000;
const LONGEST = 8_192;
const DEEPEST = 60;

const WORDS: ReadonlySet<string> = new Set([...ALGORITHMS, ...LLM_FORMATS, ...PROVIDERS, ...ROUTE_TYPES, "ai-proxy", "ai-proxy-advanced"]);

/**
 * Texts that the plan itself calls sensitive: terraform prints them in clear in its JSON, beside a mask that says so. They are hidden wherever else
 * they occur, too.
 */
export function sensitiveTexts({ document }: Plan): Set<string> {
  const found = new Set<string>();
  for (const listed of ["resource_changes", "resource_drift"]) {
    for (const one of list(document[listed])) {
      const { before, after, before_sensitive: was, after_sensitive: is } = record(member(one, "change"));
      collect(before, was, found);
      collect(after, is, found);
    }
  }
  for (const change of Object.values(record(document["output_changes"]))) {
    collect(member(change, "before"), member(change, "before_sensitive"), found);
    collect(member(change, "after"), member(change, "after_sensitive"), found);
  }
  for (const state of [document["planned_values"], member(document["prior_state"], "values")]) {
    for (const output of Object.values(record(member(state, "outputs"))))
      collect(member(output, "value"), member(output, "sensitive"), found);
    modules(member(state, "root_module"), found);
  }
  const variables = record(member(document["configuration"], "root_module", "variables"));
  for (const [name, variable] of Object.entries(variables)) {
    if (member(variable, "sensitive") !== true) continue;
    collect(member(document["variables"], name, "value"), true, found);
    collect(member(variable, "default"), true, found);
  }
  return found;
}

function modules(module: unknown, found: Set<string>, depth = 0): void {
  if (depth >= DEEPEST) return;
  for (const resource of list(member(module, "resources")))
    collect(member(resource, "values"), member(resource, "sensitive_values"), found);
  for (const child of list(member(module, "child_modules"))) modules(child, found, depth + 1);
}

function collect(value: unknown, mask: unknown, found: Set<string>, depth = 0): void {
  if (depth >= DEEPEST || mask === false || mask === undefined || mask === null) return;
  if (typeof value === "string") {
    if (mask === true) take(value, found);
  } else if (Array.isArray(value)) {
    value.forEach((one: unknown, index) => collect(one, mask === true || list(mask)[index], found, depth + 1));
  } else if (isRecord(value)) {
    for (const [name, one] of Object.entries(value)) collect(one, mask === true || member(mask, name), found, depth + 1);
  }
}

/** Adds a secret in the spellings in which it could come up: whole, by lines, after a scheme word, behind `NAME=`, and as JSON writes it. */
function take(secret: string, found: Set<string>): void {
  const assigned = secret.slice(secret.indexOf("=") + 1);
  const spellings = [
    secret,
    secret.trim(),
    secret.trim().replace(/^(?:Bearer|Basic|Token|Key)\s+/i, ""),
    ...(secret.includes("\n") ? secret.split("\n").map((line) => line.trim()) : []),
    ...(assigned !== secret && assigned.length >= SHORTEST_ASSIGNED ? [assigned] : []),
  ];
  for (const one of [...spellings, ...spellings.map((spelling) => JSON.stringify(spelling).slice(1, -1))]) {
    if (found.size < MOST && one.length >= SHORTEST && one.length <= LONGEST && !WORDS.has(one)) found.add(one);
  }
}

/** Whether the field at a path of `ai-proxy-advanced` holds a credential. */
export function isSecretField(path: Path): boolean {
  return fieldAt("ai-proxy-advanced", path)?.meta.secret === true;
}

const SCHEMES = /^\s*(?:(?:Bearer|Basic|Token|Key|ApiKey)\s*)?$/i;

/** The pieces of a credential that were written down instead of referred to; empty where it is references and a scheme word alone. */
export function literalPieces(credential: string): readonly string[] {
  if (!hasReference(credential)) return SCHEMES.test(credential) ? [] : [credential];
  try {
    return parseReferences(credential).filter((piece): piece is string => typeof piece === "string" && !SCHEMES.test(piece));
  } catch {
    return [credential];
  }
}

/** Adds what secret fields of a plugin's configuration hold in clear. */
export function configurationSecrets(config: unknown, found: Set<string>, path: Path = []): void {
  const value = text(config);
  if (value !== undefined && isSecretField(path)) for (const piece of literalPieces(value)) take(piece, found);
  if (Array.isArray(config)) config.forEach((one: unknown, index) => configurationSecrets(one, found, [...path, index]));
  else if (isRecord(config)) for (const [name, one] of Object.entries(config)) configurationSecrets(one, found, [...path, name]);
}
