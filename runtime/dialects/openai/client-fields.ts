/** Typed access to the members of a request, which may be anything. `path` says where an object stands; it is empty for the request itself. */
import { given } from "../../../config/given";
import type { Json, JsonObject } from "../../conversation/json";
import { MAX_NESTING, nestsDeeper } from "../../conversation/nesting";
import { GatewayError } from "../../errors";

/** An object while it is put together. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** More names than this tell nothing new. */
const MAX_UNEXPRESSED = 16;

/** A kind of part, tool or format with such a name is told by it. */
const PLAIN_NAME = /^\w{1,40}$/;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const memberPath = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** `'temperature' must be a number, but "hot" was given`. */
export function wrong(path: string, must: string, value: Json | undefined, hidden = false): GatewayError {
  return new GatewayError("wrong_format", `'${path}' must be ${must}, but ${given(value, hidden)} was given`);
}

/** Notes that the object at `path` is of a kind that has no neutral word. */
export function noteUnexpressed(unexpressed: string[], path: string, kind: string): void {
  if (unexpressed.length < MAX_UNEXPRESSED) unexpressed.push(PLAIN_NAME.test(kind) ? memberPath(path, kind) : path);
}

/** The value as an object. */
export function asObject(value: Json | undefined, path: string): JsonObject {
  if (!isObject(value)) throw wrong(path, "an object", value);
  return value;
}

/** A member that may be a string; undefined if it is absent or null, as everywhere below. */
export function textAt(object: JsonObject, key: string, path: string): string | undefined {
  const value = object[key];
  if (value == null) return undefined;
  if (typeof value !== "string") throw wrong(memberPath(path, key), "a string", value);
  return value;
}

/** A member that must be a string. */
export function requiredText(object: JsonObject, key: string, path: string): string {
  const value = object[key];
  if (typeof value !== "string") throw wrong(memberPath(path, key), "a string", value);
  return value;
}

export function flagAt(object: JsonObject, key: string, path: string): boolean | undefined {
  const value = object[key];
  if (value == null) return undefined;
  if (typeof value !== "boolean") throw wrong(memberPath(path, key), "true or false", value);
  return value;
}

export function numberAt(object: JsonObject, key: string, path: string): number | undefined {
  const value = object[key];
  if (value == null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(memberPath(path, key), "a number", value);
  return value;
}

/** A member that may be a whole number from 1 on. */
export function countAt(object: JsonObject, key: string, path: string): number | undefined {
  const value = object[key];
  if (value == null) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw wrong(memberPath(path, key), "an integer of at least 1", value);
  }
  return value;
}

export function listAt(object: JsonObject, key: string, path: string): readonly Json[] {
  const value = object[key];
  if (value == null) return [];
  if (!Array.isArray(value)) throw wrong(memberPath(path, key), "an array", value);
  return value as readonly Json[];
}

export function objectAt(object: JsonObject, key: string, path: string): JsonObject | undefined {
  const value = object[key];
  return value == null ? undefined : asObject(value, memberPath(path, key));
}

/** A member that is passed on as it is, and only looked at for its depth. */
export function anyAt(object: JsonObject, key: string, path: string): Json | undefined {
  const value = object[key];
  if (value == null) return undefined;
  if (nestsDeeper(value)) {
    throw new GatewayError(
      "wrong_format",
      `'${memberPath(path, key)}' must be nested at most ${MAX_NESTING} deep, but it is nested deeper`,
    );
  }
  return value;
}

/** As `anyAt`, for a member that must be an object if it is given. */
export function anyObjectAt(object: JsonObject, key: string, path: string): JsonObject | undefined {
  const value = anyAt(object, key, path);
  return value === undefined ? undefined : asObject(value, memberPath(path, key));
}
