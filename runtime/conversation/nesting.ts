import type { Json } from "./json";

/** JSON that nests deeper than this is none that an API defines, and printing it could use up the stack. */
export const MAX_NESTING = 256;

/** Whether arrays and objects nest deeper than `levels`; looks no deeper than that. */
export function nestsDeeper(value: Json | undefined, levels = MAX_NESTING): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner: Json | undefined) => nestsDeeper(inner, levels - 1));
}
