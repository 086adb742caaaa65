/** Turns what people write in camelCase into Terraform's attributes, by tables that are generated from the provider's schema. */
import { Token } from "../cdktf";

/** What an attribute holds. `record` and `records` have attributes of their own; `textsByKey` is a map of lists. */
export type Kind = "text" | "number" | "flag" | "texts" | "numbers" | "textsByKey" | "record" | "records";

/** One attribute. */
export interface Shape {
  /** Terraform's name of it. */
  readonly name: string;
  readonly kind: Kind;
  readonly fields?: Shapes;
}

/** Attributes by the names that people write. */
export type Shapes = Readonly<Record<string, Shape>>;

type Values = Readonly<Record<string, unknown>>;

/** How CDKTF describes an attribute that is to be printed as HCL. */
export interface HclAttribute {
  readonly value: unknown;
  readonly isBlock: boolean;
  readonly type: string;
  readonly storageClassType: string;
}

function each<T>(shapes: Shapes, values: Values, lower: (value: unknown, shape: Shape) => T): Record<string, T> {
  const given = Object.entries(shapes).filter(([key]) => values[key] !== undefined);
  return Object.fromEntries(given.map(([key, shape]) => [shape.name, lower(values[key], shape)]));
}

/** The attributes for JSON: tokens pass, what is undefined is left out. A name that no attribute has is left out as well; TypeScript refuses it. */
export function lowerJson(shapes: Shapes, values: Values): Record<string, unknown> {
  return each(shapes, values, (value, { kind, fields = {} }) => {
    if (Token.isUnresolved(value)) return value;
    if (kind === "record") return lowerJson(fields, value as Values);
    return kind === "records" ? (value as readonly Values[]).map((item) => itemOf(item, (record) => lowerJson(fields, record))) : value;
  });
}

function itemOf<T>(item: Values, lower: (item: Values) => T): T | Values {
  return Token.isUnresolved(item) ? item : lower(item);
}

const STORAGE: Readonly<Record<Kind, readonly [type: string, storageClassType: string]>> = {
  text: ["simple", "string"],
  number: ["simple", "number"],
  flag: ["simple", "boolean"],
  texts: ["list", "stringList"],
  numbers: ["list", "numberList"],
  // CDKTF prints a "list" whose value is no array as one object in braces; it has no other way to print an object that is no block.
  textsByKey: ["list", "object"],
  record: ["list", "object"],
  records: ["list", "objectList"],
};

/** The attributes for HCL, in CDKTF's own form. Nested attributes are assigned objects, not blocks. */
export function lowerHcl(shapes: Shapes, values: Values): Record<string, HclAttribute> {
  return each(shapes, values, (value, shape) => {
    const [type, storageClassType] = STORAGE[shape.kind];
    return { value: hclValue(value, shape), isBlock: false, type, storageClassType };
  });
}

function hclValue(value: unknown, { kind, fields = {} }: Shape): unknown {
  if (Token.isUnresolved(value)) return value;
  switch (kind) {
    case "number":
    case "flag":
    case "numbers":
      return value;
    case "text":
      return hclText(value);
    case "texts":
      return (value as readonly unknown[]).map(hclText);
    case "textsByKey":
      return Object.fromEntries(Object.entries(value as Values).map(([key, texts]) => [hclKey(key), hclTexts(texts)]));
    case "record":
      return lowerHcl(fields, value as Values);
    case "records":
      return (value as readonly Values[]).map((item) => itemOf(item, (record) => lowerHcl(fields, record)));
  }
}

function hclTexts(value: unknown): HclAttribute {
  return { value: hclValue(value, { name: "", kind: "texts" }), isBlock: false, type: "list", storageClassType: "stringList" };
}

function hclKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : JSON.stringify(key);
}

/** CDKTF puts texts between quotes, but knows neither backslashes nor line breaks of theirs. */
function hclText(value: unknown): unknown {
  if (typeof value !== "string" || Token.isUnresolved(value)) return value;
  return value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r");
}
