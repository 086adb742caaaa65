/** Terraform attributes derived from the model: names and nesting are Kong's, and no field is written down a second time. */
import { pluginField, type Field } from "../../config/schema/describe";
import type { AiPluginName } from "../../config/schema/plugins";
import { attribute, t, type Attribute, type Attributes, type CtyType } from "../framework";
import { describeField } from "./description";

type Presence = { readonly required: true } | { readonly optional: true };

function elementType(item: Field): CtyType {
  switch (item.kind) {
    case "integer":
    case "number":
      return t.number;
    case "boolean":
      return t.bool;
    case "string":
    case "enum":
      return t.string;
    case "array":
    case "object":
    case "free":
      throw new Error(`A list of ${item.kind} has no element type of its own.`);
  }
}

function listOf(item: Field, options: Presence & { readonly description: string }): Attribute {
  if (item.kind !== "object") return attribute.list(elementType(item), options);
  return attribute.listNested({ ...options, attributes: attributesOf(item) });
}

/**
 * The attribute of a field. A record becomes a nested attribute, a list of records a nested list; a free-form record becomes a text of JSON, as
 * Terraform has no lists whose elements have different types.
 */
export function attributeOf(field: Field): Attribute {
  const presence: Presence = field.required ? { required: true } : { optional: true };
  const options = { ...presence, description: describeField(field) };
  switch (field.kind) {
    case "string":
    case "enum":
    case "free":
      return attribute.string(options);
    case "integer":
    case "number":
      return attribute.number(options);
    case "boolean":
      return attribute.bool(options);
    case "object":
      return attribute.singleNested({ ...options, attributes: attributesOf(field) });
    case "array":
      if (field.item === undefined) throw new Error("A list of the model must say what it holds.");
      return listOf(field.item, options);
  }
}

function attributesOf(record: Field): Attributes {
  return Object.fromEntries([...(record.fields ?? [])].map(([name, field]) => [name, attributeOf(field)]));
}

/** The attributes of a plugin's whole `config`. */
export function pluginAttributes(plugin: AiPluginName): Attributes {
  return attributesOf(pluginField(plugin));
}

/** The type of an object with these attributes. */
export function typeOf(attributes: Attributes): CtyType {
  return attribute.singleNested({ optional: true, attributes }).type;
}
