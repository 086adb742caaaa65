import type { Json, JsonObject } from "../../../../runtime/conversation/json";
import { strictSchema } from "../../../../runtime/dialects/anthropic/strict-schema";
import { fc } from "../../../support/properties";

const NAME = "response_format.json_schema.schema";

function written(schema: JsonObject): { readonly schema: JsonObject; readonly dropped: readonly string[] } {
  const dropped = new Set<string>();
  return { schema: strictSchema(schema, NAME, dropped), dropped: [...dropped] };
}

const TEXT = { type: "string" };

describe("what Anthropic takes stays", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["types", { type: ["string", "null"] }, { type: ["string", "null"] }],
    [
      "words",
      { type: "string", enum: ["a", "b"], title: "t", description: "d" },
      { type: "string", enum: ["a", "b"], title: "t", description: "d" },
    ],
    ["a constant", { const: 1 }, { const: 1 }],
    ["a format", { type: "string", format: "uuid" }, { type: "string", format: "uuid" }],
    ["one element at least", { type: "array", items: TEXT, minItems: 1 }, { type: "array", items: TEXT, minItems: 1 }],
    ["a choice, by either name", { oneOf: [TEXT, { type: "null" }] }, { anyOf: [TEXT, { type: "null" }] }],
    ["all of them", { allOf: [TEXT] }, { allOf: [TEXT] }],
    [
      "definitions and references",
      { $schema: "x", $ref: "#/$defs/a", $defs: { a: { $schema: "x", ...TEXT } } },
      { $ref: "#/$defs/a", $defs: { a: TEXT } },
    ],
    [
      "objects, which are closed",
      { type: "object", properties: { minimum: { type: "object" } }, required: ["minimum"] },
      {
        type: "object",
        properties: { minimum: { type: "object", additionalProperties: false } },
        required: ["minimum"],
        additionalProperties: false,
      },
    ],
  ])("%s", (_name, given, expected) => {
    expect(written(given)).toEqual({ schema: expected, dropped: [] });
  });
});

describe("the rest is told", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["bounds", { type: "integer", minimum: 1, maximum: 9 }, { type: "integer", description: '{"minimum":1,"maximum":9}' }],
    ["behind a description", { ...TEXT, maxLength: 9, description: "d" }, { ...TEXT, description: 'd\n\n{"maxLength":9}' }],
    ["patterns and other formats", { ...TEXT, pattern: "^a", format: "x" }, { ...TEXT, description: '{"pattern":"^a","format":"x"}' }],
    [
      "several elements",
      { type: "array", items: { ...TEXT, minLength: 1 }, minItems: 2 },
      {
        type: "array",
        items: { ...TEXT, description: '{"minLength":1}' },
        description: '{"minItems":2}',
      },
    ],
    [
      "other members",
      { type: "object", additionalProperties: TEXT },
      {
        type: "object",
        additionalProperties: false,
        description: '{"additionalProperties":{"type":"string"}}',
      },
    ],
    ["beside a reference, nothing", { $ref: "#", minimum: 1, description: "d" }, { $ref: "#" }],
  ])("%s", (_name, given, expected) => {
    expect(written(given)).toEqual({ schema: expected, dropped: [NAME] });
  });
});

test("names of members are no keywords, not even odd ones", () => {
  const properties = JSON.parse('{"__proto__":{"type":"string"},"pattern":{"type":"string"}}') as JsonObject;
  const { schema } = written({ type: "object", properties });
  expect(JSON.stringify(schema["properties"])).toBe(JSON.stringify(properties));
});

test("whatever the schema is, a second time changes nothing", () => {
  const keyword = fc.constantFrom(
    "type",
    "properties",
    "items",
    "anyOf",
    "oneOf",
    "$ref",
    "$defs",
    "enum",
    "description",
    "minimum",
    "format",
    "__proto__",
  );
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<Json>(null, "object", "string", "uuid", 1, true, []),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.array(fc.tuple(keyword, tie("json")), { maxLength: 4 }).map((members) => Object.fromEntries(members) as JsonObject),
    ),
  }));
  fc.assert(
    fc.property(json, (given) => {
      const once = written({ anyOf: [given] }).schema;
      expect(written(once)).toEqual({ schema: once, dropped: [] });
    }),
  );
});
