import { withoutEndingZeros } from "./digits";
import { compareNumbers, Decimal, numberToText } from "./number";
import { compareText } from "./text";
import { Dynamic, isArray, isRecord, member, Unknown, type CtyValue } from "./value";
import type { CtyType } from "./type";

/**
 * The order in which go-cty writes the elements of a set. Core does not ask for it; keeping it makes equal values equal bytes, so
 * states do not change from one write to the next.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** A string quoted as Go's `%q` does. */
function quote(text: string): string {
  let result = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const escape = ESCAPES[character];
    if (escape !== undefined) result += escape;
    else if (character === " " || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) result += character;
    else if (code < 0x80) result += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) result += `\\u${code.toString(16).padStart(4, "0")}`;
    else result += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `${result}"`;
}

/** A number as Go prints a big float by default: ten significant digits, an exponent where it is below -4 or at least 10. */
function tenDigits(value: number | Decimal): string {
  const text = numberToText(value);
  const negative = text.startsWith("-");
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const all = whole + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  if (leading === all.length) return "0";
  let exponent = whole.length - leading - 1;
  let digits = all.slice(leading);
  if (digits.length > 10) {
    const kept = BigInt(digits.slice(0, 10));
    const rest = digits.slice(10);
    const half = `5${"0".repeat(rest.length - 1)}`;
    const up = rest > half || (rest === half && kept % 2n === 1n);
    digits = (up ? kept + 1n : kept).toString();
    if (digits.length > 10) exponent++;
  }
  digits = withoutEndingZeros(digits).slice(0, 10);
  const sign = negative ? "-" : "";
  if (exponent < -4 || exponent >= 10) {
    const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent).toString().padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function signature(type: CtyType, value: CtyValue): string {
  if (value instanceof Unknown) return "?";
  if (value === null) return "~";
  switch (type.kind) {
    case "dynamic":
      return value instanceof Dynamic ? signature(value.type, value.value) : "?";
    case "number":
      return typeof value === "number" || value instanceof Decimal ? tenDigits(value) : "";
    case "bool":
      return value === true ? "T" : "F";
    case "string":
      return quote(value as string);
    case "map":
      return `{${
        isRecord(value)
          ? Object.keys(value)
              .sort(compareText)
              .map((key) => `${quote(key)}:${signature(type.element, value[key] as CtyValue)};`)
              .join("")
          : ""
      }}`;
    case "list":
    case "set":
      return `[${isArray(value) ? value.map((element) => `${signature(type.element, element)};`).join("") : ""}]`;
    case "tuple":
      return `<${type.elements.map((element, index) => `${signature(element, isArray(value) ? (value[index] ?? null) : null)};`).join("")}>`;
    case "object":
      return `<${Object.keys(type.attributes)
        .sort(compareText)
        .map((name) => `${signature(type.attributes[name] as CtyType, isRecord(value) ? member(value, name) : null)};`)
        .join("")}>`;
  }
}

/** Sorts a set's elements; unknowns after values, nulls after all. Equal elements are not removed. */
export function sortSet(element: CtyType, values: readonly CtyValue[]): readonly CtyValue[] {
  const rank = (value: CtyValue): number => (value === null ? 2 : value instanceof Unknown ? 1 : 0);
  const compare = (a: CtyValue, b: CtyValue): number => {
    if (rank(a) !== 0 || rank(b) !== 0) return rank(a) - rank(b);
    if (element.kind === "string") return compareText(a as string, b as string);
    if (element.kind === "number") return compareNumbers(a as number | Decimal, b as number | Decimal);
    if (element.kind === "bool") return Number(a) - Number(b);
    return compareText(signature(element, a), signature(element, b));
  };
  return [...values].sort(compare);
}
