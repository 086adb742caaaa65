import { isComputed, isWriteOnly, type Attribute, type Attributes, type Nesting } from "./attribute";
import type { Block, BlockNesting, Body } from "./block";
import type { Schema } from "./schema";
import { typeToJson } from "../cty/type-json";
import type { SchemaAttributeMessage, SchemaBlockMessage, SchemaMessage, SchemaNestedBlockMessage } from "../server/messages";

const NESTING: Readonly<Record<Nesting, 1 | 2 | 3 | 4>> = { single: 1, list: 2, set: 3, map: 4 };
const BLOCK_NESTING: Readonly<Record<BlockNesting, 1 | 2 | 3 | 4 | 5>> = { ...NESTING, group: 5 };

/** Descriptions are Markdown, which is kind 1. */
function describe(description: string | undefined): { description?: string; descriptionKind?: 1 } {
  return description === undefined ? {} : { description, descriptionKind: 1 };
}

function deprecate(message: string | undefined): { deprecated?: boolean; deprecationMessage?: string } {
  return message === undefined ? {} : { deprecated: true, deprecationMessage: message };
}

function attributeMessage(name: string, attribute: Attribute): SchemaAttributeMessage {
  const { mode, nested } = attribute;
  const isRequired = mode === "required" || mode === "writeOnlyRequired";
  return {
    name,
    ...(nested === undefined
      ? { type: Buffer.from(typeToJson(attribute.type)) }
      : { nestedType: { attributes: attributeMessages(nested.attributes), nesting: NESTING[nested.nesting] } }),
    required: isRequired,
    optional: !isRequired && mode !== "computed",
    computed: isComputed(attribute),
    sensitive: attribute.sensitive,
    writeOnly: isWriteOnly(attribute),
    ...describe(attribute.description),
    ...deprecate(attribute.deprecated),
  };
}

function attributeMessages(attributes: Attributes): readonly SchemaAttributeMessage[] {
  return Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute));
}

function nestedBlockMessage(typeName: string, block: Block): SchemaNestedBlockMessage {
  return { typeName, block: bodyMessage(block), nesting: BLOCK_NESTING[block.nesting], minItems: block.minItems, maxItems: block.maxItems };
}

function bodyMessage(body: Body & { readonly description?: string; readonly deprecated?: string }): SchemaBlockMessage {
  return {
    attributes: attributeMessages(body.attributes),
    blockTypes: Object.entries(body.blocks).map(([name, block]) => nestedBlockMessage(name, block)),
    ...describe(body.description),
    ...deprecate(body.deprecated),
  };
}

/** A schema as core takes it. */
export function schemaToMessage(schema: Schema): SchemaMessage {
  return { version: schema.version, block: { version: schema.version, ...bodyMessage(schema) } };
}
