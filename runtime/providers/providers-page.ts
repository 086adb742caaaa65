import { readFileSync } from "node:fs";
import { join } from "node:path";
import { code, table, withPart } from "../../config/generate/markdown";
import { SERVED_MATRIX, wordsOf } from "../../config/served-matrix";
import type { ModelOptions } from "../../config/types.generated";
import { AZURE_EMBEDDINGS, AZURE_REQUESTS } from "./azure";
import type { UpstreamUrl } from "./endpoint";
import type { OpenAiLike } from "./openai-like";
import { OPENAI_LIKE } from "./openai-like-rows";

/** Options that make each address differ. */
const EXAMPLES = [true, false].map((international): Partial<ModelOptions> => ({
  databricks: { workspace_instance_id: "<workspace_instance_id>" },
  dashscope: { international },
}));

const NAMES: Readonly<Record<UpstreamUrl, string>> = { whole: "the whole address", server: "the server", base: "the base" };

/** Azure's part of the tables; it has a file of its own. */
const AZURE: OpenAiLike = {
  name: "azure",
  origin: "https://<azure_instance>.openai.azure.com",
  paths: {},
  requests: AZURE_REQUESTS,
  embeddings: AZURE_EMBEDDINGS,
};

const ROWS = [AZURE, ...OPENAI_LIKE].sort((one, other) => (one.name < other.name ? -1 : 1));

const codes = (words: readonly string[]): string => [...words].sort().map(code).join(", ");

function addressOf({ origin }: OpenAiLike): string {
  const origins = new Set(EXAMPLES.map((options) => (typeof origin === "function" ? origin(options as ModelOptions) : origin)));
  return [...origins].map((one) => (one === undefined ? "none; `upstream_url` must be given" : code(one))).join(" or ");
}

function conditionOf({ name }: OpenAiLike): string {
  const conditions = SERVED_MATRIX.flatMap(({ provider, when }) => (provider === name && when !== undefined ? [wordsOf(when, code)] : []));
  return [...new Set(conditions)].join(" or ");
}

function pathsOf({ name, paths }: OpenAiLike): string {
  if (name === AZURE.name) return "see [below](#azure)";
  return Object.values(paths).map(code).join(", ");
}

const addressTable = (): string =>
  table(
    ["provider", "its own address", "paths", "`upstream_url` names", "served if"],
    ROWS.map((row) => [code(row.name), addressOf(row), pathsOf(row), NAMES[row.upstreamUrl ?? "whole"], conditionOf(row)]),
  );

function requestsOf({ name, requests, usageInStreams = true, prefill }: OpenAiLike): readonly string[] {
  const { refuses, modelsRefuse, lacks = [], cap = "either" } = requests;
  const models = modelsRefuse === undefined ? [] : [`${codes(modelsRefuse.members)} (${modelsRefuse.called})`];
  return [
    code(name),
    [...(refuses.length > 0 ? [codes(refuses)] : []), ...models].join("; "),
    codes(lacks),
    cap === "either" ? "as given" : code(cap),
    usageInStreams === false ? "unasked" : "asked",
    prefill === undefined ? "" : "yes",
  ];
}

const requestTable = (): string =>
  table(["provider", "left out", "lacked", "cap", "usage of streams", "continues texts"], ROWS.map(requestsOf));

const number = (value: number): string => value.toLocaleString("en-US");

const embeddingsTable = (): string =>
  table(
    ["provider", "inputs of a call", "tokens of a call", "base64", "`dimensions` as", "input of tokens", "left out"],
    ROWS.flatMap(({ name, embeddings }) => {
      if (embeddings === undefined) return [];
      const { maxInputs, maxTokens, base64, dimensions, tokens, refuses } = embeddings;
      return [
        [
          code(name),
          number(maxInputs),
          maxTokens === undefined ? "" : number(maxTokens),
          base64 ? "asked for" : "written here",
          dimensions === undefined ? "lacked" : code(dimensions),
          tokens ? "taken" : "lacked",
          codes(refuses),
        ],
      ];
    }),
  );

/**
 * The page on providers with current tables.
 * @throws Error if the page lacks a mark between which a table stands
 */
export function providersPage(): string {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "providers.md"), "utf8");
  const parts = { addresses: addressTable(), requests: requestTable(), embeddings: embeddingsTable() };
  return Object.entries(parts).reduce((text, [name, part]) => withPart(text, name, part), page);
}
