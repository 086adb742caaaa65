import { Decimal, numberFromText, numberToText } from "./number";

/** A number of a JSON text, as it is written there: `JSON.parse` would round it. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Parsed JSON with exact numbers; objects have no prototype. */
export type ExactJson = null | boolean | string | JsonNumber | readonly ExactJson[] | { readonly [key: string]: ExactJson };

const MAX_DEPTH = 512;
const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([[\]{},:])|$)/y;

/** Parses JSON and keeps the text of numbers. */
class Parser {
  private at = 0;
  private token = "";

  constructor(private readonly text: string) {}

  private next(): string {
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) throw new SyntaxError(`no JSON at character ${this.at}`);
    this.at = TOKEN.lastIndex;
    this.token = match[0].trimStart();
    return this.token;
  }

  private expect(token: string): void {
    if (this.token !== token) throw new SyntaxError(`JSON must have ${JSON.stringify(token)} before character ${this.at}`);
  }

  private array(depth: number): ExactJson {
    const elements: ExactJson[] = [];
    if (this.next() === "]") return elements;
    for (;;) {
      elements.push(this.value(depth + 1));
      if (this.next() === "]") return elements;
      this.expect(",");
      this.next();
    }
  }

  private object(depth: number): ExactJson {
    const members = Object.create(null) as Record<string, ExactJson>;
    if (this.next() === "}") return members;
    for (;;) {
      if (!this.token.startsWith('"')) throw new SyntaxError(`a JSON key must be a string before character ${this.at}`);
      const key = JSON.parse(this.token) as string;
      this.next();
      this.expect(":");
      this.next();
      members[key] = this.value(depth + 1);
      if (this.next() === "}") return members;
      this.expect(",");
      this.next();
    }
  }

  private value(depth: number): ExactJson {
    if (depth > MAX_DEPTH) throw new SyntaxError(`JSON must nest at most ${MAX_DEPTH} levels deep`);
    const token = this.token;
    if (token === "[") return this.array(depth);
    if (token === "{") return this.object(depth);
    if (token.startsWith('"')) return JSON.parse(token) as string;
    if (/^[-\d]/.test(token)) return new JsonNumber(token);
    if (token === "true" || token === "false" || token === "null") return JSON.parse(token) as boolean | null;
    throw new SyntaxError(`no JSON value before character ${this.at}`);
  }

  parse(): ExactJson {
    this.next();
    const value = this.value(0);
    if (this.next() !== "") throw new SyntaxError(`JSON goes on at character ${this.at}`);
    return value;
  }
}

/**
 * Parses JSON text without rounding its numbers.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseExactJson(text: string): ExactJson {
  return new Parser(text).parse();
}

/** Plain data as parsed JSON: numbers and `Decimal`s keep their exact text, members that are undefined are left out. */
export function toExactJson(value: unknown): ExactJson {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return new JsonNumber(value.toString());
  if (typeof value === "number" && Number.isFinite(value)) return new JsonNumber(numberToText(value));
  if (value instanceof Decimal) return new JsonNumber(value.text);
  if (Array.isArray(value)) return value.map(toExactJson);
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} has no JSON form`);
  const result = Object.create(null) as Record<string, ExactJson>;
  for (const [key, part] of Object.entries(value)) {
    if (part !== undefined) result[key] = toExactJson(part);
  }
  return result;
}

/** Parsed JSON as plain data: numbers that JavaScript holds as numbers, others as `Decimal`. @throws RangeError for a number beyond 512 bits. */
export function toPlainJson(json: ExactJson): unknown {
  if (json instanceof JsonNumber) return numberFromText(json.text);
  if (Array.isArray(json)) return (json as readonly ExactJson[]).map(toPlainJson);
  if (typeof json !== "object" || json === null) return json;
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, part] of Object.entries(json as { readonly [key: string]: ExactJson })) result[key] = toPlainJson(part);
  return result;
}
