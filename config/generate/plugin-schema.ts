import { z } from "zod";
import { pluginField } from "../schema/describe";
import type { FieldMeta } from "../schema/meta";
import type { PluginName } from "../schema/plugins";
import { PLUGINS } from "../schema/plugins";

/** A piece of JSON Schema. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Where the file's schema keeps the pattern of references. */
const REFERENCE = { $ref: "#/$defs/Reference" } as const;

/** Notes of the model that mean nothing in JSON Schema. */
const NOTES = ["since", "unit", "absent", "referenceable", "secret", "carrier", "deprecation", "deprecatedValues", "freeForm"] as const;

function allowReference(schema: JsonSchema): void {
  const { type, minimum, maximum, enum: values } = schema;
  const bounds = {
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
  for (const key of ["type", "minimum", "maximum", "enum"] as const) Reflect.deleteProperty(schema, key);
  schema.anyOf = [{ ...(type !== undefined && { type }), ...bounds, ...(values && { enum: values }) }, REFERENCE];
}

function isScalarButText(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean || schema instanceof z.ZodEnum;
}

function hoverText({ description, unit, deprecation, secret }: Partial<FieldMeta>): string {
  const parts = [
    description,
    unit === undefined ? undefined : `Unit: ${unit}.`,
    secret === true ? "Secret: give a reference." : undefined,
    deprecation === undefined ? undefined : `Deprecated: ${deprecation}.`,
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}

/**
 * JSON Schema of a plugin's `config` as people write it, made by zod. A reference may stand for every value that is no text anyway, as the
 * gateway reads what it stands for as the field's type.
 */
export function pluginSchema(name: PluginName): JsonSchema {
  const schema = z.toJSONSchema(PLUGINS[name], {
    io: "input",
    reused: "inline",
    override: ({ zodSchema, jsonSchema }) => {
      if (isScalarButText(zodSchema) && jsonSchema.anyOf === undefined) allowReference(jsonSchema);
      if (jsonSchema.description !== undefined) jsonSchema.description = hoverText(jsonSchema);
      for (const note of NOTES) Reflect.deleteProperty(jsonSchema, note);
    },
  });
  Reflect.deleteProperty(schema, "$schema");
  Reflect.deleteProperty(schema, "~standard");
  return { ...schema, description: pluginField(name).meta.description };
}
