/**
 * Reads the zod schemas as plain data, so that validation, generators and tests need not know zod's insides.
 */
import { z } from "zod";
import type { Path } from "../problem";
import type { FieldMeta } from "./meta";
import type { PluginName } from "./plugins";
import { PLUGINS } from "./plugins";

/** What a value must be. `free` is a record whose content is not checked. */
export type Kind = "string" | "enum" | "integer" | "number" | "boolean" | "array" | "object" | "free";

/** One field, array item or whole configuration. */
export interface Field {
  readonly kind: Kind;
  readonly meta: FieldMeta;
  /** Must be given wherever its parent is. */
  readonly required: boolean;
  readonly default?: unknown;
  /** Name of the record or enum; every record and enum has one. */
  readonly title?: string;
  /** The words of an enum. */
  readonly values?: readonly string[];
  /** Smallest and largest number. */
  readonly min?: number;
  readonly max?: number;
  /** Fewest characters of a string, or items of an array. */
  readonly minLength?: number;
  /** What an array holds. */
  readonly item?: Field;
  /** Members of a record, in the schema's order. */
  readonly fields?: ReadonlyMap<string, Field>;
}

const known = new WeakMap<z.core.$ZodType, Field>();

function metaOf(schema: z.core.$ZodType): FieldMeta & { readonly title?: string } {
  return { since: "3.8", description: "", ...(z.globalRegistry.get(schema) as Partial<FieldMeta> | undefined) };
}

function bound(value: number | null | undefined): number | undefined {
  return value == null || !Number.isFinite(value) || Math.abs(value) === Number.MAX_SAFE_INTEGER ? undefined : value;
}

function fewest(schema: z.ZodArray): number | undefined {
  for (const { _zod } of schema.def.checks ?? []) {
    if (_zod.def.check === "min_length") return (_zod.def as z.core.$ZodCheckMinLengthDef).minimum;
  }
  return undefined;
}

type Shape = Omit<Field, "meta" | "required" | "default" | "title">;

function shapeOf(schema: z.core.$ZodType): Shape {
  if (schema instanceof z.ZodString) return { kind: "string", ...optional("minLength", schema.minLength ?? undefined) };
  if (schema instanceof z.ZodBoolean) return { kind: "boolean" };
  if (schema instanceof z.ZodEnum) return { kind: "enum", values: schema.options.map(String) };
  if (schema instanceof z.ZodNumber) {
    const kind = schema.format === "safeint" ? "integer" : "number";
    return { kind, ...optional("min", bound(schema.minValue)), ...optional("max", bound(schema.maxValue)) };
  }
  if (schema instanceof z.ZodArray) {
    return { kind: "array", item: describe(schema.element), ...optional("minLength", fewest(schema)) };
  }
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
    return { kind: "object", fields: new Map(Object.entries(shape).map(([name, member]) => [name, describe(member)])) };
  }
  if (schema instanceof z.ZodRecord) return { kind: "free" };
  throw new Error(`The model uses a zod type that it must not use: ${schema._zod.def.type}.`);
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}

/**
 * Describes a schema of the model. Answers are shared and must not be changed.
 * @throws Error where the schema uses a zod type that the model does not allow (transforms, unions, …).
 */
export function describe(schema: z.core.$ZodType): Field {
  const before = known.get(schema);
  if (before !== undefined) return before;
  let inner = schema;
  let required = true;
  let fallback: { readonly default?: unknown } = {};
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) {
    required = false;
    if (inner instanceof z.ZodDefault) fallback = { default: inner.def.defaultValue };
    inner = inner.unwrap();
  }
  const meta = metaOf(schema);
  const field: Field = { ...shapeOf(inner), meta, required, ...fallback, ...optional("title", metaOf(inner).title) };
  known.set(schema, field);
  return field;
}

/** The whole `config` of a plugin as a field. */
export function pluginField(name: PluginName): Field {
  return describe(PLUGINS[name]);
}

/**
 * Finds the field that a path leads to, from the plugin's `config` on: `["targets", 1, "weight"]`.
 * Nothing is found for unknown fields and below free-form records.
 */
export function fieldAt(name: PluginName, path: Path): Field | undefined {
  let field: Field | undefined = pluginField(name);
  for (const part of path) {
    field = typeof part === "number" ? field.item : field.fields?.get(part);
    if (field === undefined) return undefined;
  }
  return field;
}

const secretive = new WeakMap<Field, boolean>();

/** Whether a field is a credential or has one below it: a text in its place may be that credential. */
export function holdsSecret(field: Field): boolean {
  const before = secretive.get(field);
  if (before !== undefined) return before;
  const below = [...(field.fields?.values() ?? []), ...(field.item === undefined ? [] : [field.item])];
  const holds = field.meta.secret === true || below.some(holdsSecret);
  secretive.set(field, holds);
  return holds;
}

/** Whether a record has a credential among its own members, so that even a name in it that is not known may be one. */
export function hasSecretMember(record: Field | undefined): boolean {
  return [...(record?.fields?.values() ?? [])].some(({ meta }) => meta.secret === true);
}

/**
 * The one place that decides whether the value at a path below `root` may be repeated: never that of a credential, nor what stands where a record or a
 * list with credentials belongs, nor texts beside a credential, which may be one in the wrong field.
 */
export function mayBeSecret(root: Field, path: Path, value: unknown): boolean {
  let above: Field | undefined;
  let field = root;
  for (const part of path) {
    above = field;
    const below = typeof part === "number" ? field.item : field.fields?.get(part);
    if (below === undefined) return holdsSecret(field);
    field = below;
  }
  return holdsSecret(field) || (typeof value === "string" && hasSecretMember(above));
}
