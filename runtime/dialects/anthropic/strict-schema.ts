import type { Json, JsonObject } from "../../conversation/json";
import { isObject, textOf } from "./json";

/** Keywords that stay as they are. */
const KEPT: ReadonlySet<string> = new Set(["type", "enum", "const", "required", "title", "description"]);

/** Keywords whose members are schemas. */
const NAMED: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);

/** Keywords that hold a list of schemas, with the one that is written. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ["anyOf", "anyOf"],
  ["oneOf", "anyOf"],
  ["allOf", "allOf"],
]);

/** Of texts. */
const FORMATS: ReadonlySet<Json> = new Set<Json>([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);

const isKept = (keyword: string, value: Json): boolean =>
  KEPT.has(keyword) || (keyword === "format" && FORMATS.has(value)) || (keyword === "minItems" && (value === 0 || value === 1));

/** Keywords that are for the reader. */
const SAID: ReadonlySet<string> = new Set(["title", "description"]);

/** `$schema` says which words are used; objects are closed anyway. */
const asksForNothing = (keyword: string, value: Json): boolean =>
  keyword === "$schema" || (keyword === "additionalProperties" && value === false);

const isOfObjects = (type: Json | undefined): boolean =>
  type === "object" || (Array.isArray(type) && (type as readonly Json[]).includes("object"));

/**
 * Writes schemas as Anthropic takes them if an answer must hold to them. It refuses keywords that it does not enforce, such as bounds of numbers, so that
 * these become a part of the description, which the model reads.
 * Source: `transformJSONSchema` of `@anthropic-ai/sdk` 1.12; answers of the API as published in github.com/laravel/ai/issues/715.
 */
class StrictSchemas {
  /** Whether a keyword is no longer enforced. */
  loosened = false;

  write(schema: Json): Json {
    if (!isObject(schema)) return schema;
    if (typeof schema["$ref"] === "string") return this.reference(schema);
    const written: (readonly [string, Json])[] = [];
    const told: (readonly [string, Json])[] = [];
    for (const keyword of Object.keys(schema)) {
      const value = schema[keyword];
      if (value === undefined || asksForNothing(keyword, value)) continue;
      const one = this.keyword(keyword, value);
      if (one === undefined) told.push([keyword, value]);
      else written.push(one);
    }
    if (isOfObjects(schema["type"])) written.push(["additionalProperties", false]);
    if (told.length > 0) {
      this.loosened = true;
      written.push(["description", described(textOf(schema["description"]), told)]);
    }
    return Object.fromEntries(written);
  }

  /** Beside a reference nothing but definitions is taken. */
  private reference(schema: JsonObject): JsonObject {
    const written: (readonly [string, Json])[] = [];
    for (const keyword of Object.keys(schema)) {
      const value = schema[keyword];
      if (value === undefined || asksForNothing(keyword, value)) continue;
      if (keyword === "$ref") written.push([keyword, value]);
      else if (NAMED.has(keyword) && isObject(value)) written.push([keyword, this.named(value)]);
      else if (!SAID.has(keyword)) this.loosened = true;
    }
    return Object.fromEntries(written);
  }

  /** A keyword as it is written; undefined if it is not taken. */
  private keyword(keyword: string, value: Json): readonly [string, Json] | undefined {
    if (NAMED.has(keyword) && isObject(value)) return [keyword, this.named(value)];
    const list = LISTS.get(keyword);
    if (list !== undefined && Array.isArray(value)) return [list, (value as readonly Json[]).map((one) => this.write(one))];
    if (keyword === "items") return [keyword, this.write(value)];
    return isKept(keyword, value) ? [keyword, value] : undefined;
  }

  private named(schemas: JsonObject): JsonObject {
    return Object.fromEntries(Object.keys(schemas).map((name) => [name, this.write(schemas[name] ?? null)]));
  }
}

const described = (description: string | undefined, told: readonly (readonly [string, Json])[]): string =>
  `${description === undefined ? "" : `${description}\n\n`}${JSON.stringify(Object.fromEntries(told))}`;

/**
 * A schema that an answer must hold to, in what Anthropic takes of JSON Schema.
 * @param name told in `dropped` if a part of it becomes a wish
 */
export function strictSchema(schema: JsonObject, name: string, dropped: Set<string>): JsonObject {
  const schemas = new StrictSchemas();
  const written = schemas.write(schema);
  if (schemas.loosened) dropped.add(name);
  return isObject(written) ? written : schema;
}
