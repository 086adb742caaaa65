import { compareText } from "./text";
import type { CtyType } from "./type";

/** How deep a type from outside may nest before it is refused; far beyond any schema, well within the stack. */
const MAX_DEPTH = 256;

function toJson(type: CtyType): unknown {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return [type.kind, toJson(type.element)];
    case "tuple":
      return ["tuple", type.elements.map(toJson)];
    case "object": {
      const attributes = Object.create(null) as Record<string, unknown>;
      for (const name of Object.keys(type.attributes).sort(compareText)) attributes[name] = toJson(type.attributes[name] as CtyType);
      const optional = type.optional ?? [];
      return optional.length === 0 ? ["object", attributes] : ["object", attributes, [...optional].sort(compareText)];
    }
    default:
      return type.kind;
  }
}

/**
 * JSON text as Go's encoder writes it: it escapes five characters more than `JSON.stringify`, and keys that look like integers keep
 * their place in the order of bytes.
 */
function stringify(json: unknown): string {
  if (typeof json === "string") {
    return JSON.stringify(json).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }
  if (Array.isArray(json)) return `[${json.map(stringify).join(",")}]`;
  const entries = Object.entries(json as Record<string, unknown>).sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([name, value]) => `${stringify(name)}:${stringify(value)}`).join(",")}}`;
}

/** A type's signature as JSON text, as schemas and dynamic values carry it: `["list","string"]`. */
export function typeToJson(type: CtyType): string {
  return stringify(toJson(type));
}

function fromJson(json: unknown, depth: number): CtyType {
  if (depth > MAX_DEPTH) throw new TypeError(`a type must nest at most ${MAX_DEPTH} levels deep`);
  if (json === "string" || json === "number" || json === "bool" || json === "dynamic") return { kind: json };
  if (Array.isArray(json)) {
    const [kind, content, optional] = json as unknown[];
    if ((kind === "list" || kind === "set" || kind === "map") && json.length === 2) return { kind, element: fromJson(content, depth + 1) };
    if (kind === "tuple" && json.length === 2 && Array.isArray(content)) {
      return { kind, elements: content.map((element) => fromJson(element, depth + 1)) };
    }
    if (kind === "object" && json.length <= 3 && typeof content === "object" && content !== null && !Array.isArray(content)) {
      const attributes = Object.create(null) as Record<string, CtyType>;
      for (const [name, value] of Object.entries(content)) attributes[name.normalize("NFC")] = fromJson(value, depth + 1);
      if (optional === undefined) return { kind, attributes };
      if (Array.isArray(optional) && optional.every((name) => typeof name === "string")) return { kind, attributes, optional };
    }
  }
  throw new TypeError(
    `a type signature must be a type name or an array such as ["list","string"], got ${JSON.stringify(json).slice(0, 80)}`,
  );
}

/**
 * The type of a signature.
 *
 * @throws TypeError when the text is no type signature.
 */
export function typeFromJson(text: string): CtyType {
  return fromJson(JSON.parse(text), 0);
}
