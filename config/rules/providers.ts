import type { Finding, Rule } from "./rule";
import { allOrNone, finding } from "./rule";
import type { Place, Tree } from "./tree";

const VERTEX = ["api_endpoint", "project_id", "location_id"] as const;
const PRICES = ["input_cost", "output_cost", "cache_read_cost", "cache_write_cost"] as const;

/** Findings for options that targets of these providers must have, the judge's among them. */
function needed(tree: Tree, providers: readonly string[], names: readonly string[], why: string): Finding[] {
  return tree.callees.flatMap((target) => {
    const provider = target.at("model", "provider");
    if (!provider.is(...providers)) return [];
    return names
      .map((name) => target.at("model", "options", name))
      .filter((option) => !option.given)
      .map((option) => finding(option, `must be given with provider ${String(provider.value)}: ${why}.`));
  });
}

function negativePrices(target: Place): Finding[] {
  return PRICES.map((name) => target.at("model", "options", name))
    .filter(({ value, deferred }) => !deferred && typeof value === "number" && value < 0)
    .map((price) => finding(price, `should be a price of 0 or more, but ${price.shown} was given. Costs will be counted as negative.`));
}

/** A version is sent as a header, which holds visible ASCII. */
function unsendable(version: Place): Finding[] {
  if (version.text === undefined || /^[\x20-\x7e]*$/.test(version.text)) return [];
  return [finding(version, `must hold nothing but visible ASCII, as it is sent as a header, but ${version.shown} was given.`)];
}

/** Rules about what a provider needs. */
export const PROVIDER_RULES: readonly Rule[] = [
  {
    id: 4,
    text: "Provider `llama2` needs `options.llama2_format` and `options.upstream_url`.",
    severity: "error",
    check: (tree) => [
      ...needed(tree, ["llama2"], ["llama2_format"], 'the wire format of the server, one of "ollama", "openai", "raw"'),
      ...needed(tree, ["llama2"], ["upstream_url"], "the complete URL of the server, as a self-hosted one has no fixed host"),
    ],
  },
  {
    id: 5,
    text: "Provider `mistral` needs `options.mistral_format`.",
    severity: "error",
    check: (tree) => needed(tree, ["mistral"], ["mistral_format"], '"openai" for the hosted API and most servers, "ollama" for Ollama'),
  },
  {
    id: 6,
    text: "Provider `anthropic` needs `options.anthropic_version`.",
    severity: "error",
    check: (tree) => [
      ...needed(tree, ["anthropic"], ["anthropic_version"], 'the API version, such as "2023-06-01"'),
      ...tree.callees.flatMap((target) => unsendable(target.at("model", "options", "anthropic_version"))),
    ],
  },
  {
    id: 7,
    text: "Provider `azure` needs `options.azure_instance` and `options.azure_deployment_id`, also beside an `upstream_url`.",
    severity: "error",
    check: (tree) => [
      ...needed(tree, ["azure"], ["azure_instance"], "the Azure resource, also if upstream_url is set"),
      ...needed(tree, ["azure"], ["azure_deployment_id"], "the deployment, also if upstream_url is set"),
    ],
  },
  {
    id: 8,
    text: "`options.gemini.api_endpoint`, `project_id` and `location_id` (Vertex) are given together or not at all; at the embedding model this is a warning.",
    severity: "error",
    check: (tree) => [
      ...tree.callees.flatMap((target) => allOrNone(target.at("model", "options", "gemini"), VERTEX)),
      ...(tree.plugin === "ai-proxy" ? [] : allOrNone(tree.root.at("embeddings", "model", "options", "gemini"), VERTEX, "warning")),
    ],
  },
  {
    id: 9,
    text: "Provider `anthropic` has no statistics on `llm/v1/completions`: `logging.log_statistics` is false there.",
    severity: "error",
    check: (tree) =>
      tree.callees
        .filter((target) => target.at("model", "provider").is("anthropic") && target.at("route_type").is("llm/v1/completions"))
        .map((target) => target.at("logging", "log_statistics"))
        .filter((statistics) => statistics.is(true))
        .map((statistics) =>
          finding(
            statistics,
            "must be false with provider anthropic and route type llm/v1/completions, but true was given. Use route type llm/v1/chat, or no statistics.",
          ),
        ),
  },
  {
    id: 10,
    text: "Prices are 0 or more.",
    severity: "warning",
    check: (tree) => tree.callees.flatMap(negativePrices),
  },
  {
    id: 15,
    text: "Providers `vllm` and `ollama` need `options.upstream_url`.",
    severity: "error",
    check: (tree) => needed(tree, ["vllm", "ollama"], ["upstream_url"], "the URL of the server, as a self-hosted one has no fixed host"),
  },
  {
    id: 16,
    text: "Provider `databricks` needs `options.databricks.workspace_instance_id`, unless `options.upstream_url` is set.",
    severity: "error",
    check: (tree) =>
      tree.callees
        .filter((target) => target.at("model", "provider").is("databricks") && !target.at("model", "options", "upstream_url").given)
        .map((target) => target.at("model", "options", "databricks", "workspace_instance_id"))
        .filter((id) => !id.given)
        .map((id) => finding(id, "must be given with provider databricks: the workspace part of the host name. Or set upstream_url.")),
  },
];
