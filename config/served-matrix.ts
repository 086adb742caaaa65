import type { PROVIDERS, ROUTE_TYPES } from "./schema/vocabulary";

/** One combination that this version's gateway serves to clients of OpenAI's dialect. */
export interface ServedRow {
  readonly provider: (typeof PROVIDERS)[number];
  readonly routeType: (typeof ROUTE_TYPES)[number];
  /** What is in between: the client's bytes with little changed, a translation, or nothing at all. */
  readonly form: "same dialect" | "translated" | "passed through";
}

/** All that is served; everything else that is valid is answered with 501. A test compares it with what the gateway's tables implement. */
export const SERVED_MATRIX: readonly ServedRow[] = [
  { provider: "anthropic", routeType: "llm/v1/chat", form: "translated" },
  { provider: "anthropic", routeType: "llm/v1/completions", form: "translated" },
  { provider: "anthropic", routeType: "preserve", form: "passed through" },
  { provider: "openai", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "openai", routeType: "llm/v1/completions", form: "same dialect" },
  { provider: "openai", routeType: "llm/v1/embeddings", form: "same dialect" },
  { provider: "openai", routeType: "preserve", form: "passed through" },
];
