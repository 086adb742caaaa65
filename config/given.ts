import type { Field } from "./schema/describe";
import { didYouMean } from "./suggest";

/** Longer texts are cut in messages. */
const LONGEST = 60;

function givenText(value: string): string {
  return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
}

/** Says what was given, for messages: `0`, `"abc"`, `an array`. A hidden value is named by its type alone. */
export function given(value: unknown, hidden = false): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value === "") return "an empty string";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (typeof value === "object") return "an object";
  if (hidden) return `a ${typeof value}`;
  if (typeof value === "string") return givenText(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

/** Words in quotes: `"a", "b"`. */
export function quoted(words: Iterable<string>): string {
  return [...words].map((word) => JSON.stringify(word)).join(", ");
}

function bounds({ min, max }: Field): string {
  if (min !== undefined && max !== undefined) return ` between ${min} and ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

/** Says what a field's value must be: `an integer between 1 and 65535`, `one of "aws", "azure", "gcp"`. */
export function expectation(field: Field): string {
  const unit = field.meta.unit === undefined ? "" : ` (${field.meta.unit})`;
  switch (field.kind) {
    case "string":
      return field.minLength === undefined ? "a string" : "a string that is not empty";
    case "enum":
      return `one of ${quoted(field.values ?? [])}`;
    case "integer":
      return `an integer${bounds(field)}${unit}`;
    case "number":
      return `a number${bounds(field)}${unit}`;
    case "boolean":
      return "true or false";
    case "array":
      return field.minLength === undefined ? "an array" : "an array that is not empty";
    case "object":
    case "free":
      return "an object";
  }
}

function unquote(field: Field, value: string): string {
  const isNumber = field.kind === "integer" || field.kind === "number";
  if (isNumber && value.trim() !== "" && Number.isFinite(Number(value))) return " Write the number without quotes.";
  return field.kind === "boolean" && /^(true|false)$/i.test(value) ? " Write it without quotes." : "";
}

/** What to do about a wrong value, where that can be told; begins with a space. */
export function advice(field: Field, value: unknown): string {
  if (field.kind === "enum" && typeof value === "string") return didYouMean(value, field.values ?? []);
  if (field.kind === "array") return value === null || Array.isArray(value) ? "" : " Put it into an array.";
  return typeof value === "string" ? unquote(field, value) : "";
}
