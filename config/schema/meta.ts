/**
 * What the model says about a field besides its type. It rides on the zod schema (`.meta()`, always outside `.default()`), and everything that
 * users read - editor hints, reference page, error messages - is derived from it.
 */

import type { Carrier } from "../credential-text";

/** Facts about one field. Source of names, ranges and versions: Kong's published plugin schemas, 3.8 to 3.15. */
export interface FieldMeta {
  /** Kong Gateway version whose schema first has the field (in `ai-proxy`, "3.8" means 3.8 or earlier), or ours: "Signalbox 0.1". */
  readonly since: string;
  /** One or two sentences in plain words. */
  readonly description: string;
  /** Unit of a number: `ms`, `bytes`, `tokens`, `price per 1,000,000 tokens`. */
  readonly unit?: string;
  /** What happens where the field is left out, if there is no default value. */
  readonly absent?: string;
  /** Kong accepts a whole-value vault reference here. */
  readonly referenceable?: boolean;
  /** Holds a credential (Kong's `encrypted`): its value is never printed. */
  readonly secret?: boolean;
  /** How a credential is carried, which decides what its text may hold. */
  readonly carrier?: Carrier;
  /** Why it should not be used any more, and what to use instead. */
  readonly deprecation?: string;
  /** Enum values that should not be used any more, with the reason. */
  readonly deprecatedValues?: Readonly<Record<string, string>>;
  /** Free-form content of which no member is checked, not even for `null`. */
  readonly freeForm?: boolean;
}

/** Puts a field's facts together for `.meta()`. */
export function about(
  since: string,
  description: string,
  more: Omit<FieldMeta, "since" | "description"> = {},
): FieldMeta & { [key: string]: unknown; deprecated?: boolean } {
  return { since, description, ...more, ...(more.deprecation === undefined ? {} : { deprecated: true }) };
}

/** Names a record or an enum; the generated interfaces take their names from it. */
export function named(title: string): { title: string } {
  return { title };
}
