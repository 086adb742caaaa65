/** Any JSON value, as a parser gives it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; members may be anything until they are looked at. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
