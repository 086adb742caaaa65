/**
 * Checks one configuration against its zod schema and says what is wrong in our own words.
 */
import type { z } from "zod";
import { advice, expectation, given, quoted } from "./given";
import type { Path, Problem } from "./problem";
import { hasSecretMember, mayBeSecret, type Field } from "./schema/describe";
import { suggest } from "./suggest";

/** How a tree is to be read. */
export interface ShapeOptions {
  /** Path of the tree's root, put before every problem's path. */
  readonly path: Path;
  /** Values that are not known yet (references, tokens): exempt from type, enum and range. */
  readonly isDeferred: (value: unknown) => boolean;
  /** Paths (with `path` before them) whose values are not printed in messages though their field is no secret. */
  readonly isHidden: (path: Path) => boolean;
}

/** Unknown fields of one configuration that get advice: looking for what was meant costs more than all other checks. */
const MOST_ADVISED = 100;

/** Members of a record as people name them in a message, when there are not too many. */
const MOST_NAMES = 12;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface Deferral {
  readonly path: Path;
  readonly value: unknown;
}

/** A value that the field accepts; it stands in for one that is not known yet. */
function sample(field: Field): unknown {
  switch (field.kind) {
    case "string":
      return "x";
    case "enum":
      return field.values?.[0];
    case "integer":
    case "number":
      return field.min ?? 0;
    case "boolean":
      return false;
    case "array":
      return field.minLength === undefined || field.item === undefined ? [] : [sample(field.item)];
    case "free":
      return {};
    case "object": {
      const required = [...(field.fields ?? [])].filter(([, member]) => member.required);
      return Object.fromEntries(required.map(([name, member]) => [name, sample(member)]));
    }
  }
}

/** Where a field of this name stands below the record at `path` (the nearest), else above it: `config.targets[].model.options.temperature`. */
function placeOf(name: string, root: Field, path: Path): string | undefined {
  const print = (parts: Path): string => ["config", ...parts.map((part) => (typeof part === "number" ? "[]" : `.${part}`))].join("");
  const above: Field[] = [root];
  for (const part of path) {
    const here = above.at(-1);
    const next = typeof part === "number" ? here?.item : here?.fields?.get(part);
    if (next === undefined) break;
    above.push(next);
  }
  let level: { readonly field: Field; readonly path: Path }[] = [{ field: above.at(-1) ?? root, path }];
  while (level.length > 0) {
    level = level.flatMap(({ field, path: at }) => [
      ...[...(field.fields ?? [])].map(([key, member]) => ({ field: member, path: [...at, key] })),
      ...(field.item === undefined ? [] : [{ field: field.item, path: [...at, 0] }]),
    ]);
    const found = level.find(({ path: at }) => at.at(-1) === name);
    if (found !== undefined) return print(found.path);
  }
  const upwards = above.slice(0, -1).findLastIndex((field) => field.fields?.has(name) === true);
  return upwards < 0 ? undefined : print([...path.slice(0, upwards), name]);
}

function unknownField(name: string, record: Field, root: Field, path: Path): string {
  const names = [...(record.fields?.keys() ?? [])];
  const near = suggest(name, names);
  if (near !== undefined) return `is no known field here. Did you mean "${near}"?`;
  const place = placeOf(name, root, path);
  if (place !== undefined) return `is no known field here; it belongs to "${place}".`;
  return names.length > MOST_NAMES ? "is no known field here. Remove it." : `is no known field here. Known are ${quoted(names)}.`;
}

/** Whether a name looks like a field's, as no credential does: letters and underscores alone. */
const isFieldName = (name: string): boolean => /^[A-Za-z_]{1,40}$/.test(name);

/** Reads a tree by the model: what it does not know, what is null and what is deferred does not reach zod. */
class Reader {
  readonly problems: Problem[] = [];
  readonly deferrals: Deferral[] = [];
  private advised = 0;

  constructor(
    private readonly root: Field,
    private readonly options: ShapeOptions,
  ) {}

  read(value: unknown, field: Field, path: Path): unknown {
    if (this.options.isDeferred(value)) {
      this.deferrals.push({ path, value });
      return sample(field);
    }
    this.warn(value, field, path);
    if (field.kind === "array" && Array.isArray(value)) {
      const { item } = field;
      return item === undefined ? value : value.map((member: unknown, index) => this.read(member, item, [...path, index]));
    }
    return field.kind === "object" && isRecord(value) ? this.readRecord(value, field, path) : value;
  }

  private readRecord(value: Readonly<Record<string, unknown>>, field: Field, path: Path): Record<string, unknown> {
    const known: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const member = field.fields?.get(name);
      const content = value[name];
      if (member === undefined) this.reportUnknown(name, field, path);
      else if (content !== null && content !== undefined) known[name] = this.read(content, member, [...path, name]);
    }
    return known;
  }

  /** A name may be a credential, too: where one belongs only those are repeated that are near a known one. Looking for what is near has a limit. */
  private reportUnknown(name: string, record: Field, path: Path): void {
    const advises = ++this.advised <= MOST_ADVISED;
    const isTold = (!hasSecretMember(record) && isFieldName(name)) || (advises && this.resembles(name, record, path));
    if (isTold) {
      const message = advises ? unknownField(name, record, this.root, path) : "is no known field here. Remove it.";
      this.report("error", [...path, name], message);
      return;
    }
    const known = advises ? ` Known are ${quoted([...(record.fields?.keys() ?? [])])}.` : "";
    this.report("error", path, `has a field that is not known here and not repeated, as it may be a credential.${known}`);
  }

  private resembles(name: string, record: Field, path: Path): boolean {
    return suggest(name, [...(record.fields?.keys() ?? [])]) !== undefined || placeOf(name, this.root, path) !== undefined;
  }

  private warn(value: unknown, field: Field, path: Path): void {
    const { deprecation, deprecatedValues } = field.meta;
    if (deprecation !== undefined) this.report("warning", path, `is deprecated: ${deprecation}.`);
    if (typeof value !== "string" || deprecatedValues === undefined || !Object.hasOwn(deprecatedValues, value)) return;
    this.report("warning", path, `${JSON.stringify(value)} is deprecated: ${deprecatedValues[value] ?? ""}.`);
  }

  report(severity: Problem["severity"], path: Path, message: string): void {
    this.problems.push({ severity, path: [...this.options.path, ...path], message });
  }
}

function fieldBelow(root: Field, path: Path): Field | undefined {
  let field: Field | undefined = root;
  for (const part of path) field = typeof part === "number" ? field?.item : field?.fields?.get(part);
  return field;
}

function valueBelow(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) value = (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[part];
  return value;
}

function put(root: unknown, path: Path, value: unknown): void {
  const parent = valueBelow(root, path.slice(0, -1)) as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) parent[last] = value;
}

/**
 * Checks a tree. `value` (defaults applied, null left out, deferred values kept) is there only where nothing is wrong.
 * Never throws, whatever the tree.
 */
export function checkShape(schema: z.ZodType, root: Field, tree: unknown, options: ShapeOptions): { problems: Problem[]; value?: unknown } {
  const reader = new Reader(root, options);
  const readable = reader.read(tree, root, []);
  const whole = reader.deferrals.find(({ path }) => path.length === 0);
  if (whole !== undefined) return { problems: reader.problems, value: whole.value };
  const result = schema.safeParse(readable);
  const seen = new Set<string>();
  for (const issue of result.error?.issues ?? []) {
    const path = issue.path as Path;
    const key = JSON.stringify(path);
    const field = fieldBelow(root, path);
    if (seen.has(key) || field === undefined) continue;
    seen.add(key);
    const value = valueBelow(readable, path);
    const hidden = mayBeSecret(root, path, value) || options.isHidden([...options.path, ...path]);
    const message =
      value === undefined
        ? `must be given: ${expectation(field)}.`
        : `must be ${expectation(field)}, but ${given(value, hidden)} was given.${advice(field, value)}`;
    reader.report("error", path, message);
  }
  if (!result.success || reader.problems.some(({ severity }) => severity === "error")) return { problems: reader.problems };
  for (const { path, value } of reader.deferrals) put(result.data, path, value);
  return { problems: reader.problems, value: result.data };
}
