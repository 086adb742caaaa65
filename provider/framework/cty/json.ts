import { JsonNumber, parseExactJson, type ExactJson } from "./json-text";
import { numberFromText, numberToText, type Decimal } from "./number";
import { normalizeSet, normalizeValue } from "./normalize";
import { Path, ValueError } from "./path";
import { compareText } from "./text";
import { typeFromJson, typeToJson } from "./type-json";
import { Dynamic, emptyRecord, member, Unknown, type CtyRecord, type CtyValue } from "./value";
import { describeType, type CtyType } from "./type";

/** How a state of an older schema is fitted to a type. */
export interface DecodeJsonOptions {
  /** Whether members that the type does not have are dropped instead of refused. @default false */
  readonly dropUnknownAttributes?: boolean;
}

function text(value: CtyValue, type: CtyType): string {
  if (value instanceof Unknown) throw new ValueError(Path.empty, "an unknown value has no JSON form");
  if (value === null) return "null";
  switch (type.kind) {
    case "number":
      return numberToText(value as number | Decimal);
    case "dynamic": {
      const dynamic = value as Dynamic;
      return `{"value":${text(dynamic.value, dynamic.type)},"type":${typeToJson(dynamic.type)}}`;
    }
    case "list":
    case "set":
      return `[${(value as readonly CtyValue[]).map((element) => text(element, type.element)).join(",")}]`;
    case "tuple":
      return `[${type.elements.map((element, index) => text((value as readonly CtyValue[])[index] ?? null, element)).join(",")}]`;
    case "map":
      return `{${Object.keys(value)
        .sort(compareText)
        .map((key) => `${JSON.stringify(key)}:${text(member(value as CtyRecord, key), type.element)}`)
        .join(",")}}`;
    case "object":
      return `{${Object.keys(type.attributes)
        .sort(compareText)
        .map((name) => `${JSON.stringify(name)}:${text(member(value as CtyRecord, name), type.attributes[name] as CtyType)}`)
        .join(",")}}`;
    default:
      return JSON.stringify(value);
  }
}

/**
 * Encodes a wholly known value as the JSON of state files.
 *
 * @throws ValueError when the value does not fit the type or is unknown in parts.
 */
export function encodeJson(type: CtyType, value: unknown): string {
  return text(normalizeValue(type, value), type);
}

function isJsonRecord(json: ExactJson): json is { readonly [key: string]: ExactJson } {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof JsonNumber);
}

function scalar(type: CtyType, json: ExactJson, path: Path): CtyValue {
  const given = json instanceof JsonNumber ? json.text : json;
  if (type.kind === "string" && (typeof given === "string" || typeof given === "boolean")) return String(given).normalize("NFC");
  if (type.kind === "number" && typeof given === "string") {
    try {
      return numberFromText(given);
    } catch (error) {
      throw new ValueError(path, (error as Error).message);
    }
  }
  if (type.kind === "bool") {
    if (typeof given === "boolean") return given;
    if (given === "true" || given === "false") return given === "true";
  }
  throw new ValueError(path, `must be a ${describeType(type)} in JSON`);
}

function fromArray(
  type: Extract<CtyType, { kind: "list" | "set" | "map" | "tuple" }>,
  json: ExactJson,
  path: Path,
  options: DecodeJsonOptions,
): CtyValue {
  if (!Array.isArray(json)) throw new ValueError(path, `must be a ${describeType(type)} in JSON`);
  const elements = json as readonly ExactJson[];
  if (type.kind === "tuple") {
    if (elements.length !== type.elements.length) throw new ValueError(path, `must be a ${describeType(type)} in JSON`);
    return type.elements.map((element, index) => fromJson(element, elements[index] ?? null, path.index(index), options));
  }
  const values = elements.map((element, index) => fromJson(type.element, element, path.index(index), options));
  return type.kind === "set" ? normalizeSet(type.element, values) : values;
}

/** Decodes parsed JSON; see `decodeJson`. */
export function fromJson(type: CtyType, json: ExactJson, path: Path, options: DecodeJsonOptions): CtyValue {
  if (json === null) return null;
  if (type.kind === "string" || type.kind === "number" || type.kind === "bool") return scalar(type, json, path);
  if (type.kind === "list" || type.kind === "set" || type.kind === "tuple") return fromArray(type, json, path, options);
  if (!isJsonRecord(json)) throw new ValueError(path, `must be a ${describeType(type)} in JSON`);
  const result = emptyRecord();
  switch (type.kind) {
    case "map":
      for (const key of Object.keys(json))
        result[key.normalize("NFC")] = fromJson(type.element, json[key] as ExactJson, path.key(key), options);
      return result;
    case "object":
      for (const name of Object.keys(type.attributes)) {
        result[name] = fromJson(type.attributes[name] as CtyType, json[name] ?? null, path.attribute(name), options);
      }
      if (options.dropUnknownAttributes !== true) {
        const extra = Object.keys(json).find((name) => !Object.hasOwn(type.attributes, name));
        if (extra !== undefined) throw new ValueError(path.attribute(extra), "is no attribute of the schema");
      }
      return result;
    case "dynamic": {
      const inner = typeFromJson(JSON.stringify(json.type ?? null));
      return new Dynamic(inner, fromJson(inner, json.value ?? null, path, options));
    }
  }
}

/**
 * Decodes the JSON of a state file as a value of a type: scalars convert as in Terraform ("1" as a number), missing attributes are null.
 *
 * @throws ValueError when the JSON does not fit the type; SyntaxError when it is no JSON.
 */
export function decodeJson(type: CtyType, json: string, options: DecodeJsonOptions = {}): CtyValue {
  return fromJson(type, parseExactJson(json), Path.empty, options);
}
