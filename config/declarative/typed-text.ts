/** Types that the text of a reference can be read as. */
export type ScalarType = "string" | "number" | "integer" | "boolean";

const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads a reference's text as its field's type (docs/behaviour.md "Configuration"); undefined where it is none of that type. White space around a number or boolean is ignored. */
export function readText(text: string, type: ScalarType): string | number | boolean | undefined {
  if (type === "string") return text;
  const word = text.trim();
  if (type === "boolean") return word === "true" ? true : word === "false" ? false : undefined;
  if (!DECIMAL.test(word)) return undefined;
  const value = Number(word);
  return type === "integer" ? (Number.isSafeInteger(value) ? value : undefined) : Number.isFinite(value) ? value : undefined;
}

/** The type with its article, as messages name it: "an integer". */
export function nameType(type: ScalarType): string {
  return { string: "a text", number: "a number", integer: "an integer", boolean: "true or false" }[type];
}
