import type { PROVIDERS, ROUTE_TYPES } from "./schema/vocabulary";

type Provider = (typeof PROVIDERS)[number];
type RouteType = (typeof ROUTE_TYPES)[number];

/** What must hold for a target's own `model.options`: an option that is a word, or a URL whose path ends in a text. */
export type ServedWhen =
  | { readonly option: "llama2_format" | "mistral_format"; readonly is: string }
  | { readonly option: "upstream_url"; readonly pathEnds: string };

/** One combination that this version's gateway serves to clients of OpenAI's dialect. */
export interface ServedRow {
  readonly provider: Provider;
  readonly routeType: RouteType;
  /** What is in between: the client's bytes with little changed, a translation, or nothing at all. */
  readonly form: "same dialect" | "translated" | "passed through";
  /** It is served if this holds. Undefined: always. */
  readonly when?: ServedWhen;
}

const OPENAI_MISTRAL: ServedWhen = { option: "mistral_format", is: "openai" };
const OPENAI_LLAMA: ServedWhen = { option: "llama2_format", is: "openai" };

/** All that is served; everything else that is valid is answered with 501. A test compares it with what the gateway's tables implement. */
export const SERVED_MATRIX: readonly ServedRow[] = [
  { provider: "anthropic", routeType: "llm/v1/chat", form: "translated" },
  { provider: "anthropic", routeType: "llm/v1/completions", form: "translated" },
  { provider: "anthropic", routeType: "preserve", form: "passed through" },
  { provider: "azure", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "azure", routeType: "llm/v1/completions", form: "same dialect" },
  { provider: "azure", routeType: "llm/v1/embeddings", form: "same dialect" },
  { provider: "azure", routeType: "preserve", form: "passed through" },
  { provider: "cerebras", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "cerebras", routeType: "preserve", form: "passed through" },
  { provider: "dashscope", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "dashscope", routeType: "llm/v1/embeddings", form: "same dialect" },
  { provider: "dashscope", routeType: "preserve", form: "passed through" },
  { provider: "databricks", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "databricks", routeType: "preserve", form: "passed through" },
  { provider: "deepseek", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "deepseek", routeType: "preserve", form: "passed through" },
  { provider: "huggingface", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "huggingface", routeType: "preserve", form: "passed through" },
  { provider: "llama2", routeType: "llm/v1/chat", form: "same dialect", when: OPENAI_LLAMA },
  { provider: "llama2", routeType: "llm/v1/completions", form: "same dialect", when: OPENAI_LLAMA },
  { provider: "llama2", routeType: "llm/v1/embeddings", form: "same dialect", when: OPENAI_LLAMA },
  { provider: "llama2", routeType: "preserve", form: "passed through" },
  { provider: "mistral", routeType: "llm/v1/chat", form: "same dialect", when: OPENAI_MISTRAL },
  { provider: "mistral", routeType: "llm/v1/embeddings", form: "same dialect", when: OPENAI_MISTRAL },
  { provider: "mistral", routeType: "preserve", form: "passed through" },
  {
    provider: "ollama",
    routeType: "llm/v1/chat",
    form: "same dialect",
    when: { option: "upstream_url", pathEnds: "/v1/chat/completions" },
  },
  {
    provider: "ollama",
    routeType: "llm/v1/embeddings",
    form: "same dialect",
    when: { option: "upstream_url", pathEnds: "/v1/embeddings" },
  },
  { provider: "ollama", routeType: "preserve", form: "passed through" },
  { provider: "openai", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "openai", routeType: "llm/v1/completions", form: "same dialect" },
  { provider: "openai", routeType: "llm/v1/embeddings", form: "same dialect" },
  { provider: "openai", routeType: "preserve", form: "passed through" },
  { provider: "vllm", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "vllm", routeType: "preserve", form: "passed through" },
  { provider: "xai", routeType: "llm/v1/chat", form: "same dialect" },
  { provider: "xai", routeType: "preserve", form: "passed through" },
];

/** The row of a combination, whatever it asks of the target's options; undefined if no target of that kind is served. */
export const servedRow = (provider: unknown, routeType: unknown): ServedRow | undefined =>
  SERVED_MATRIX.find((row) => row.provider === provider && row.routeType === routeType);

/**
 * Whether options are what a row asks for. Takes options of any shape.
 * @param options `model.options`; templates may stand in it
 */
export function meets(when: ServedWhen | undefined, options: unknown): boolean {
  if (when === undefined) return true;
  const value: unknown =
    typeof options === "object" && options !== null ? (options as Readonly<Record<string, unknown>>)[when.option] : undefined;
  if ("is" in when) return value === when.is;
  return typeof value === "string" && pathOf(value).endsWith(when.pathEnds);
}

/** A URL up to its query. It may hold templates, so that it need not be a URL yet. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/**
 * What a row asks for, as the end of a sentence that begins with "if".
 * @param mark how names and values are written
 */
export const wordsOf = (when: ServedWhen, mark: (text: string) => string): string =>
  "is" in when ? `${mark(when.option)} is ${mark(when.is)}` : `the path of ${mark(when.option)} ends in ${mark(when.pathEnds)}`;

/** What does not meet a row, as the end of a name: "route_type … of provider … with …". */
export const unmetWords = (when: ServedWhen): string => {
  const option = JSON.stringify(when.option);
  return "is" in when
    ? `with another ${option} than ${JSON.stringify(when.is)}`
    : `with an ${option} whose path does not end in ${JSON.stringify(when.pathEnds)}`;
};
