import type { Json, JsonObject } from "../../conversation/json";

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The member of an object; undefined if the value is none. */
export const member = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? value[key] : undefined);

export const textOf = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);

/** A sum of a few counts stays a safe integer. */
const MOST = 2 ** 50;

/** A count of tokens, a whole number; undefined for anything else, null included. */
export const countOf = (value: Json | undefined): number | undefined =>
  typeof value === "number" && value >= 0 ? Math.min(Math.floor(value), MOST) : undefined;
