import { formatPath } from "../../config/problem";
import { RULES } from "../../config/rules";
import type { AiPluginName } from "../../config/schema/plugins";
import type { ValidateOptions } from "../../config/validate";
import { validatePlugin } from "../../config/validate";

interface Case {
  readonly rule: number;
  readonly what: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly plugin?: AiPluginName;
  readonly options?: ValidateOptions;
  /** Paths of all errors, as printed; none means that it is accepted. */
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

type Options = Readonly<Record<string, unknown>>;

const target = (provider: string, options: Options = {}, more: Options = {}) => ({
  route_type: "llm/v1/chat",
  model: { provider, name: "m", options },
  ...more,
});
const targets = (...list: readonly unknown[]) => ({ targets: list });
const one = (provider: string, options: Options = {}, more: Options = {}) => targets(target(provider, options, more));

const VERTEX = { api_endpoint: "e", project_id: "p", location_id: "l" };
const EMBEDDINGS = { model: { provider: "openai", name: "text-embedding-3-small" } };
const VECTORDB = { strategy: "redis", distance_metric: "cosine", dimensions: 1536 };
const SEMANTIC = { balancer: { algorithm: "semantic" } };
const CHEAPEST = { balancer: { algorithm: "lowest-usage", tokens_count_strategy: "cost" } };
const STATISTICS = { logging: { log_statistics: true } };

const chat = target("openai");
const two = (more: Options = {}) => ({ ...targets(chat, chat), ...more });
const lone = (more: Options = {}) => ({ ...targets(chat), ...more });
const readable = target("openai", {}, { route_type: "llm/v1/files" });
/** A deadline keeps rule 33 silent. */
const within = (extensions: Options) => ({ extensions: { deadline: 60_000, ...extensions } });
const judged = (judge: Options = chat) => within({ judge: { target: judge } });
const ACCURACY = { balancer: { algorithm: "lowest-usage", tokens_count_strategy: "llm-accuracy" } };
const REDIS = { host: "state" };
const CLOUD_LOGIN = { cloud_authentication: { auth_provider: "aws" } };
const STATUSES = ["error", "http_429"];

const azure = (auth: Options) => one("azure", { azure_instance: "i", azure_deployment_id: "d" }, { auth });
/** As Kong's "Cloud Provider Authentication" shows them; the secret of the last one comes from the environment. */
const PUBLISHED_LOGINS: readonly Options[] = [
  { azure_use_managed_identity: true },
  { azure_use_managed_identity: true, azure_client_id: "c" },
  { azure_use_managed_identity: true, azure_client_id: "c", azure_client_secret: "s", azure_tenant_id: "t" },
  { azure_use_managed_identity: true, azure_client_id: "c", azure_tenant_id: "t" },
];

const INSTANCE = "targets[0].model.options.azure_instance";
const WORKSPACE = "targets[0].model.options.databricks.workspace_instance_id";
const DEPLOYMENT = "targets[0].model.options.azure_deployment_id";
const deployed = (options: Options): Options => one("azure", { azure_instance: "i", azure_deployment_id: "d", ...options });

const CASES: readonly Case[] = [
  ...["my-res", "MyRes2"].map((azure_instance) => ({
    rule: 43,
    what: `an instance ${azure_instance}`,
    config: deployed({ azure_instance }),
  })),
  ...["a/b", "a b", "https://my-res.openai.azure.com", "my-res.openai.azure.com", "a@b", "a?b", "a#b", "a:80", "ä"].map(
    (azure_instance) => ({
      rule: 43,
      what: `an instance ${azure_instance}, which is none`,
      config: deployed({ azure_instance }),
      errors: [INSTANCE],
    }),
  ),
  {
    rule: 43,
    what: "an instance that is part of no address",
    config: deployed({ azure_instance: "a/b", upstream_url: "https://h/x" }),
  },
  { rule: 43, what: "a workspace with its shard", config: one("databricks", { databricks: { workspace_instance_id: "dbc-1.2" } }) },
  {
    rule: 43,
    what: "a workspace's address",
    config: one("databricks", { databricks: { workspace_instance_id: "https://dbc-1.cloud.databricks.com" } }),
    errors: [WORKSPACE],
  },
  { rule: 44, what: "a deployment", config: deployed({ azure_deployment_id: "gpt-4o_2.1 x" }) },
  ...["a/b", "..", "a?b", "a#b", "a\\b"].map((azure_deployment_id) => ({
    rule: 44,
    what: `a deployment ${azure_deployment_id}`,
    config: deployed({ azure_deployment_id }),
    warnings: [DEPLOYMENT],
  })),
  {
    rule: 44,
    what: "a deployment that is told as a model",
    config: deployed({ azure_deployment_id: "a/b", azure_api_version: "v1" }),
  },
  {
    rule: 42,
    what: "a length of vectors with embeddings",
    config: one("openai", { embeddings_dimensions: 256 }, { route_type: "llm/v1/embeddings" }),
  },
  {
    rule: 42,
    what: "a length of vectors with chats",
    config: one("openai", { embeddings_dimensions: 256 }),
    warnings: ["targets[0].model.options.embeddings_dimensions"],
  },
  {
    rule: 42,
    what: "a length of vectors with completions",
    config: one("openai", { embeddings_dimensions: 256 }, { route_type: "llm/v1/completions" }),
    warnings: ["targets[0].model.options.embeddings_dimensions"],
  },
  { rule: 1, what: "header name and value", config: one("openai", {}, { auth: { header_name: "a", header_value: "b" } }) },
  {
    rule: 1,
    what: "header name alone",
    config: one("openai", {}, { auth: { header_name: "a" } }),
    errors: ["targets[0].auth.header_value"],
  },
  {
    rule: 1,
    what: "header value alone",
    config: one("openai", {}, { auth: { header_value: "a" } }),
    errors: ["targets[0].auth.header_name"],
  },
  {
    rule: 1,
    what: "header name alone, in ai-proxy",
    plugin: "ai-proxy",
    config: target("openai", {}, { auth: { header_name: "a" } }),
    errors: ["auth.header_value"],
  },
  {
    rule: 1,
    what: "header name alone, at the embedding model",
    config: { ...one("openai"), embeddings: { ...EMBEDDINGS, auth: { header_name: "a" } } },
    errors: ["embeddings.auth.header_value"],
  },
  {
    rule: 2,
    what: "all of the parameter's fields",
    config: one("openai", {}, { auth: { param_name: "a", param_value: "b", param_location: "query" } }),
  },
  {
    rule: 2,
    what: "only the parameter's name",
    config: one("openai", {}, { auth: { param_name: "a" } }),
    errors: ["targets[0].auth.param_location", "targets[0].auth.param_value"],
  },
  { rule: 3, what: "no auth", config: one("bedrock") },
  { rule: 3, what: "override off", config: one("gemini", {}, { auth: { allow_override: false } }) },
  { rule: 3, what: "override at another provider", config: one("openai", {}, { auth: { allow_override: true } }) },
  {
    rule: 3,
    what: "override",
    config: one("bedrock", {}, { auth: { allow_override: true } }),
    errors: ["targets[0].auth.allow_override"],
  },
  {
    rule: 3,
    what: "override at the embedding model",
    config: { ...one("openai"), embeddings: { model: { provider: "gemini", name: "e" }, auth: { allow_override: true } } },
    errors: ["embeddings.auth.allow_override"],
  },
  {
    rule: 3,
    what: "override at the judge",
    config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged(target("bedrock", {}, { auth: { allow_override: true } })) },
    errors: ["extensions.judge.target.auth.allow_override"],
  },
  {
    rule: 1,
    what: "header name alone at the judge",
    config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged(target("openai", {}, { auth: { header_name: "a" } })) },
    errors: ["extensions.judge.target.auth.header_value"],
  },
  ...PUBLISHED_LOGINS.map((auth) => ({ rule: 39, what: `a published login: ${Object.keys(auth).join(", ")}`, config: azure(auth) })),
  {
    rule: 39,
    what: "Entra's settings at another provider",
    config: one("openai", {}, { auth: { azure_use_managed_identity: true, azure_client_id: "c" } }),
    warnings: ["targets[0].auth.azure_client_id", "targets[0].auth.azure_use_managed_identity"],
  },
  {
    rule: 39,
    what: "Entra's settings that are not switched on",
    config: azure({ azure_client_id: "c", azure_tenant_id: "t", azure_client_secret: "s" }),
    warnings: ["targets[0].auth.azure_client_id", "targets[0].auth.azure_client_secret", "targets[0].auth.azure_tenant_id"],
  },
  { rule: 39, what: "switched off, at another provider", config: one("openai", {}, { auth: { azure_use_managed_identity: false } }) },
  { rule: 40, what: "the whole of a principal", config: azure({ ...PUBLISHED_LOGINS[2] }) },
  {
    rule: 40,
    what: "a secret alone",
    config: azure({ azure_use_managed_identity: true, azure_client_secret: "s" }),
    warnings: ["targets[0].auth.azure_client_id", "targets[0].auth.azure_tenant_id"],
  },
  {
    rule: 41,
    what: "an Authorization of one's own",
    config: azure({ azure_use_managed_identity: true, header_name: "authorization", header_value: "x" }),
    warnings: ["targets[0].auth.header_name"],
  },
  {
    rule: 41,
    what: "the key of a gateway before Azure",
    config: azure({ azure_use_managed_identity: true, header_name: "Ocp-Apim-Subscription-Key", header_value: "x" }),
  },
  { rule: 4, what: "format and URL", config: one("llama2", { llama2_format: "raw", upstream_url: "http://h/" }) },
  {
    rule: 4,
    what: "neither",
    config: one("llama2"),
    errors: ["targets[0].model.options.llama2_format", "targets[0].model.options.upstream_url"],
  },
  {
    rule: 4,
    what: "neither, without options, in ai-proxy",
    plugin: "ai-proxy",
    config: { route_type: "llm/v1/chat", model: { provider: "llama2" } },
    errors: ["model.options.llama2_format", "model.options.upstream_url"],
  },
  { rule: 5, what: "format", config: one("mistral", { mistral_format: "openai" }) },
  { rule: 5, what: "no format", config: one("mistral"), errors: ["targets[0].model.options.mistral_format"] },
  {
    rule: 5,
    what: "no format at the judge",
    config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged(target("mistral")) },
    errors: ["extensions.judge.target.model.options.mistral_format"],
  },
  { rule: 6, what: "version", config: one("anthropic", { anthropic_version: "2023-06-01" }) },
  { rule: 6, what: "version of a client", config: one("anthropic", { anthropic_version: "$(headers.x-version)" }) },
  ...["2023-模型", "2023\r\nx: y", "2023é"].map((anthropic_version) => ({
    rule: 6,
    what: "a version that no header holds",
    config: one("anthropic", { anthropic_version }),
    errors: ["targets[0].model.options.anthropic_version"],
  })),
  {
    rule: 6,
    what: "null for a version",
    config: one("anthropic", { anthropic_version: null }),
    errors: ["targets[0].model.options.anthropic_version"],
  },
  {
    rule: 6,
    what: "second target without a version",
    config: targets(target("openai"), target("anthropic")),
    errors: ["targets[1].model.options.anthropic_version"],
  },
  { rule: 7, what: "instance and deployment", config: one("azure", { azure_instance: "i", azure_deployment_id: "d" }) },
  { rule: 7, what: "templates", config: one("azure", { azure_instance: "i", azure_deployment_id: "$(headers.d)" }) },
  {
    rule: 7,
    what: "only a URL",
    config: one("azure", { upstream_url: "http://h/" }),
    errors: ["targets[0].model.options.azure_deployment_id", "targets[0].model.options.azure_instance"],
  },
  { rule: 8, what: "all coordinates", config: one("gemini", { gemini: VERTEX }) },
  { rule: 8, what: "only an endpoint of Model Garden", config: one("gemini", { gemini: { endpoint_id: "1" } }) },
  {
    rule: 8,
    what: "no project",
    config: one("gemini", { gemini: { ...VERTEX, project_id: undefined } }),
    errors: ["targets[0].model.options.gemini.project_id"],
  },
  {
    rule: 8,
    what: "no project at the embedding model",
    config: {
      ...one("openai"),
      embeddings: { model: { provider: "gemini", name: "e", options: { gemini: { api_endpoint: "e", location_id: "l" } } } },
    },
    warnings: ["embeddings.model.options.gemini.project_id"],
  },
  {
    rule: 9,
    what: "completions without statistics",
    config: one("anthropic", { anthropic_version: "v" }, { route_type: "llm/v1/completions" }),
  },
  { rule: 9, what: "chat with statistics", config: one("anthropic", { anthropic_version: "v" }, STATISTICS) },
  {
    rule: 9,
    what: "completions with statistics",
    config: one("anthropic", { anthropic_version: "v" }, { route_type: "llm/v1/completions", ...STATISTICS }),
    errors: ["targets[0].logging.log_statistics"],
  },
  { rule: 10, what: "free of charge", config: one("openai", { input_cost: 0, output_cost: 0 }) },
  {
    rule: 10,
    what: "negative price",
    config: one("openai", { input_cost: -1, output_cost: 2 }),
    warnings: ["targets[0].model.options.input_cost"],
  },
  { rule: 11, what: "own format", config: { ...one("cohere"), llm_format: "cohere" } },
  { rule: 11, what: "anthropic is converted", config: { ...one("openai"), llm_format: "anthropic" } },
  {
    rule: 11,
    what: "anthropic's own batches",
    config: { ...one("anthropic", { anthropic_version: "v" }, { route_type: "llm/v1/batches" }), llm_format: "anthropic" },
  },
  {
    rule: 11,
    what: "anthropic on another route type",
    config: { ...one("openai", {}, { route_type: "llm/v1/embeddings" }), llm_format: "anthropic" },
    warnings: ["targets[0].route_type"],
  },
  {
    rule: 11,
    what: "another provider's format",
    config: { ...targets(target("gemini"), target("openai")), llm_format: "gemini" },
    errors: ["targets[1].model.provider"],
  },
  {
    rule: 11,
    what: "another provider's format, in ai-proxy",
    plugin: "ai-proxy",
    config: { ...target("openai"), llm_format: "huggingface" },
    errors: ["model.provider"],
  },
  {
    rule: 12,
    what: "all that semantic needs",
    config: { ...one("openai", {}, { description: "d" }), ...SEMANTIC, embeddings: EMBEDDINGS, vectordb: VECTORDB },
  },
  {
    rule: 12,
    what: "nothing that semantic needs",
    config: { ...targets(target("openai", {}, { description: "d" }), target("openai")), ...SEMANTIC },
    errors: ["embeddings", "targets[1].description", "vectordb"],
  },
  { rule: 13, what: "prices", config: { ...one("openai", { input_cost: 1, output_cost: 2 }, STATISTICS), ...CHEAPEST } },
  {
    rule: 13,
    what: "cost strategy of another algorithm",
    config: { ...one("openai"), balancer: { algorithm: "round-robin", tokens_count_strategy: "cost" } },
    warnings: ["balancer.tokens_count_strategy"],
  },
  {
    rule: 13,
    what: "no output price",
    config: { ...one("openai", { input_cost: 1 }, STATISTICS), ...CHEAPEST },
    errors: ["targets[0].model.options.output_cost"],
  },
  {
    rule: 13,
    what: "no statistics",
    config: { ...one("openai"), balancer: { algorithm: "lowest-usage" } },
    warnings: ["targets[0].logging.log_statistics"],
  },
  { rule: 14, what: "unknown protocols", config: one("openai", {}, { route_type: "realtime/v1/realtime" }) },
  {
    rule: 14,
    what: "web sockets",
    config: one("openai", {}, { route_type: "realtime/v1/realtime" }),
    options: { protocols: ["http", "wss"] },
  },
  {
    rule: 14,
    what: "no web sockets",
    config: one("openai", {}, { route_type: "realtime/v1/realtime" }),
    options: { protocols: ["http", "https"] },
    warnings: ["targets[0].route_type"],
  },
  {
    rule: 15,
    what: "URL",
    config: targets(target("vllm", { upstream_url: "http://h/" }), target("ollama", { upstream_url: "http://h/" })),
  },
  {
    rule: 15,
    what: "no URL",
    config: targets(target("vllm"), target("ollama")),
    errors: ["targets[0].model.options.upstream_url", "targets[1].model.options.upstream_url"],
  },
  { rule: 16, what: "workspace", config: one("databricks", { databricks: { workspace_instance_id: "dbc-1" } }) },
  { rule: 16, what: "URL", config: one("databricks", { upstream_url: "http://h/" }) },
  {
    rule: 16,
    what: "neither",
    config: one("databricks"),
    errors: ["targets[0].model.options.databricks.workspace_instance_id"],
  },
  {
    rule: 17,
    what: "its own length",
    config: { ...one("openai"), embeddings: { model: { provider: "openai", name: "text-embedding-ada-002" } }, vectordb: VECTORDB },
  },
  {
    rule: 17,
    what: "another length",
    config: {
      ...one("openai"),
      embeddings: { model: { provider: "openai", name: "text-embedding-ada-002" } },
      vectordb: { ...VECTORDB, dimensions: 1024 },
    },
    errors: ["vectordb.dimensions"],
  },
  {
    rule: 17,
    what: "a length asked for",
    config: targets({
      route_type: "llm/v1/embeddings",
      model: { provider: "openai", name: "text-embedding-ada-002", options: { embeddings_dimensions: 1536 } },
    }),
    errors: ["targets[0].model.options.embeddings_dimensions"],
  },
  { rule: 19, what: "a Redis", config: two(within({ shared_state: "redis", redis: REDIS })) },
  { rule: 19, what: "the Redis of the vectors", config: two({ ...within({ shared_state: "redis" }), vectordb: VECTORDB }) },
  { rule: 19, what: "neither", config: two(within({ shared_state: "redis" })), errors: ["extensions.redis"] },
  {
    rule: 19,
    what: "only a Postgres",
    config: two({ ...within({ shared_state: "redis" }), vectordb: { ...VECTORDB, strategy: "pgvector" } }),
    errors: ["extensions.redis"],
  },
  { rule: 20, what: "a password", config: two(within({ shared_state: "redis", redis: { ...REDIS, username: "u", password: "p" } })) },
  { rule: 20, what: "a cloud's login for the vectors alone", config: two({ vectordb: { ...VECTORDB, redis: CLOUD_LOGIN } }) },
  {
    rule: 20,
    what: "a cloud's login",
    config: two(within({ shared_state: "redis", redis: { ...REDIS, ...CLOUD_LOGIN } })),
    errors: ["extensions.redis.cloud_authentication"],
  },
  {
    rule: 20,
    what: "a cloud's login, borrowed of the vectors",
    config: two({ ...within({ shared_state: "redis" }), vectordb: { ...VECTORDB, redis: CLOUD_LOGIN } }),
    errors: ["extensions.redis"],
  },
  { rule: 21, what: "chat", config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged() } },
  {
    rule: 21,
    what: "a judge of another operation",
    config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged({ ...chat, route_type: "llm/v1/embeddings" }) },
    errors: ["extensions.judge.target.route_type"],
  },
  { rule: 22, what: "accuracy", config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged() } },
  { rule: 22, what: "another algorithm", config: two(judged()), warnings: ["extensions.judge"] },
  {
    rule: 22,
    what: "another strategy",
    config: { ...one("openai", {}, STATISTICS), balancer: { algorithm: "lowest-usage" }, ...judged() },
    warnings: ["extensions.judge"],
  },
  { rule: 23, what: "shared state", config: two(within({ shared_state: "redis", redis: REDIS })) },
  { rule: 23, what: "a Redis that nobody asks", config: two(within({ redis: REDIS })), warnings: ["extensions.redis"] },
  { rule: 24, what: "the shorter one", config: { ...targets(readable), ...within({ first_token_timeout: 59_999 }) } },
  {
    rule: 24,
    what: "the longer one",
    config: { ...targets(readable), ...within({ first_token_timeout: 60_000 }) },
    warnings: ["extensions.first_token_timeout"],
  },
  { rule: 25, what: "its own algorithm", config: two({ balancer: { algorithm: "consistent-hashing", slots: 100, hash_on_header: "x" } }) },
  {
    rule: 25,
    what: "defaults, as Kong exports them",
    config: two({
      balancer: {
        slots: 10_000,
        hash_on_header: "X-Kong-LLM-Request-ID",
        latency_strategy: "tpot",
        tokens_count_strategy: "total-tokens",
        retries: 5,
        max_fails: 0,
        fail_timeout: 10_000,
        failover_criteria: ["error", "timeout"],
        connect_timeout: 60_000,
        read_timeout: 60_000,
        write_timeout: 60_000,
      },
    }),
  },
  {
    rule: 25,
    what: "the default algorithm",
    config: two({ balancer: { slots: 100, hash_on_header: "x", latency_strategy: "e2e", tokens_count_strategy: "prompt-tokens" } }),
    warnings: ["balancer.hash_on_header", "balancer.latency_strategy", "balancer.slots", "balancer.tokens_count_strategy"],
  },
  {
    rule: 25,
    what: "an algorithm that is none, which is enough to be told",
    config: two({ balancer: { algorithm: "lowest_usage", tokens_count_strategy: "cost" } }),
    errors: ["balancer.algorithm"],
  },
  { rule: 26, what: "two groups", config: { ...targets({ ...chat, weight: 2 }, chat), balancer: { algorithm: "priority" } } },
  { rule: 26, what: "one target", config: lone({ balancer: { algorithm: "priority" } }) },
  { rule: 26, what: "equal weights of round-robin", config: two({ balancer: { algorithm: "round-robin" } }) },
  {
    rule: 26,
    what: "one group, one weight by default",
    config: { ...targets({ ...chat, weight: 100 }, chat), balancer: { algorithm: "priority" } },
    warnings: ["balancer.algorithm"],
  },
  { rule: 27, what: "two targets", config: two({ balancer: { retries: 3 }, ...within({ failover_on: ["context_length"] }) }) },
  { rule: 27, what: "no retries with one target", config: lone({ balancer: { retries: 0 } }) },
  {
    rule: 27,
    what: "one target",
    config: lone({ balancer: { retries: 3 }, ...within({ failover_on: ["context_length"] }) }),
    warnings: ["balancer.retries", "extensions.failover_on"],
  },
  { rule: 28, what: "the default criteria", config: two({ balancer: { max_fails: 3 } }) },
  { rule: 28, what: "a criterion", config: two({ balancer: { max_fails: 3, failover_criteria: ["timeout"] } }) },
  { rule: 28, what: "none", config: two({ balancer: { max_fails: 3, failover_criteria: [] } }), warnings: ["balancer.max_fails"] },
  {
    rule: 28,
    what: "none that is an outcome",
    config: two({ balancer: { max_fails: 3, failover_criteria: ["non_idempotent"] } }),
    warnings: ["balancer.max_fails"],
  },
  { rule: 29, what: "a breaker", config: two({ balancer: { max_fails: 3, fail_timeout: 5 }, ...within({ min_failure_ratio: 0.5 }) }) },
  {
    rule: 29,
    what: "no breaker",
    config: two({ balancer: { max_fails: 0, fail_timeout: 5 }, ...within({ min_failure_ratio: 0.5 }) }),
    warnings: ["balancer.fail_timeout", "extensions.min_failure_ratio"],
  },
  {
    rule: 30,
    what: "non_idempotent",
    config: two({ balancer: { failover_criteria: [...STATUSES, "non_idempotent"] }, ...within({ first_token_timeout: 5_000 }) }),
  },
  { rule: 30, what: "only what a failed connect is", config: two({ balancer: { failover_criteria: ["error", "timeout"] } }) },
  { rule: 30, what: "a status that the breaker counts", config: two({ balancer: { failover_criteria: STATUSES, max_fails: 3 } }) },
  { rule: 30, what: "an operation that is also read", config: { ...targets(chat, readable), balancer: { failover_criteria: STATUSES } } },
  {
    rule: 30,
    what: "statuses of a POST",
    config: two({ balancer: { failover_criteria: STATUSES } }),
    warnings: ["balancer.failover_criteria"],
  },
  {
    rule: 30,
    what: "statuses that the breaker never counts",
    config: two({ balancer: { failover_criteria: ["http_403"], max_fails: 3 } }),
    warnings: ["balancer.failover_criteria"],
  },
  {
    rule: 30,
    what: "a late first token of a POST",
    config: two(within({ first_token_timeout: 5_000 })),
    warnings: ["extensions.first_token_timeout"],
  },
  {
    rule: 31,
    what: "a listed outcome",
    config: two({ balancer: { failover_criteria: [...STATUSES, "non_idempotent"] }, ...within({ same_target: {} }) }),
  },
  { rule: 31, what: "a failed connect of a POST", config: two(within({ same_target: { on: ["error"] } })) },
  { rule: 31, what: "an outcome that is not listed", config: two(within({ same_target: {} })), warnings: ["extensions.same_target"] },
  {
    rule: 31,
    what: "a POST that was sent",
    config: two({ balancer: { failover_criteria: STATUSES, max_fails: 3 }, ...within({ same_target: { on: ["http_429"] } }) }),
    warnings: ["extensions.same_target"],
  },
  { rule: 32, what: "a retry", config: two({ balancer: { retries: 1 }, ...within({ resume_streams: "restart" }) }) },
  {
    rule: 32,
    what: "no retry",
    config: two({
      balancer: { retries: 0 },
      ...within({ resume_streams: "restart", failover_on: ["context_length"], same_target: { on: ["error"] } }),
    }),
    warnings: ["extensions.failover_on", "extensions.resume_streams", "extensions.same_target"],
  },
  { rule: 33, what: "a plain Kong file", config: two({ balancer: { retries: 30 } }) },
  { rule: 33, what: "a deadline", config: two({ balancer: { read_timeout: 600_000 }, ...within({}) }) },
  {
    rule: 33,
    what: "2 minutes",
    config: two({ balancer: { connect_timeout: 10_000, write_timeout: 10_000, read_timeout: 40_000, retries: 1 } }),
  },
  {
    rule: 33,
    what: "a timeout, and more than 2 minutes",
    config: two({ balancer: { connect_timeout: 10_000, write_timeout: 10_000, read_timeout: 40_001, retries: 1 } }),
    warnings: ["extensions.deadline"],
  },
  { rule: 33, what: "extensions without a deadline", config: two({ extensions: { max_queue: 5 } }), warnings: ["extensions.deadline"] },
  { rule: 34, what: "a target", config: lone() },
  { rule: 34, what: "no target", config: targets(), warnings: ["targets"] },
  { rule: 35, what: "templates behind the origin", config: one("openai", { upstream_url: "https://h/$(headers.x)?v=$(query_params.v)" }) },
  ...[
    "$(headers.x)/v1/chat",
    "$(headers.x)",
    "$(headers.x)://h/",
    "https://$(headers.x)/",
    "https://$(headers.x).h/",
    "https://h.$(headers.x)",
    "https://h:$(headers.x)/",
    "https://me:$(headers.x)@h/",
    "https:$(headers.x)",
    "https:/$(headers.x)/",
    "https://h$(headers.x)",
    "https://$(oops",
    "https://$(uri_captures.a)$(headers.x)/",
  ].map((url): Case => ({
    rule: 35,
    what: `the origin of ${url}`,
    config: one("openai", { upstream_url: url }),
    errors: ["targets[0].model.options.upstream_url"],
  })),
  {
    rule: 35,
    what: "an instance that a request names",
    config: one("azure", { azure_instance: "$(headers.i)", azure_deployment_id: "d" }),
    errors: ["targets[0].model.options.azure_instance"],
  },
  {
    rule: 35,
    what: "an instance that a request names beside a URL",
    config: one("azure", { azure_instance: "$(headers.i)", azure_deployment_id: "d", upstream_url: "https://h/" }),
  },
  {
    rule: 35,
    what: "every option that is part of a host",
    config: targets(
      target("gemini", { gemini: { ...VERTEX, api_endpoint: "$(headers.a)", location_id: "$(headers.l)" } }),
      target("bedrock", { bedrock: { aws_region: "$(headers.r)", aws_sts_endpoint_url: "https://$(headers.s)/" } }),
      target("databricks", { databricks: { workspace_instance_id: "$(headers.w)" } }),
    ),
    errors: [
      "targets[0].model.options.gemini.api_endpoint",
      "targets[0].model.options.gemini.location_id",
      "targets[1].model.options.bedrock.aws_region",
      "targets[1].model.options.bedrock.aws_sts_endpoint_url",
      "targets[2].model.options.databricks.workspace_instance_id",
    ],
  },
  {
    rule: 35,
    what: "a judge",
    config: { ...one("openai", {}, STATISTICS), ...ACCURACY, ...judged(target("openai", { upstream_url: "https://$(headers.x)/" })) },
    errors: ["extensions.judge.target.model.options.upstream_url"],
  },
  {
    rule: 35,
    what: "ai-proxy, which has no list",
    plugin: "ai-proxy",
    config: target("openai", { upstream_url: "https://$(headers.x)/" }),
    errors: ["model.options.upstream_url"],
  },
  {
    rule: 36,
    what: "origins and patterns",
    config: {
      ...one("openai", { upstream_url: "https://$(headers.x)/" }),
      ...within({ allowed_origins: ["https://a.example", "HTTP://a.example:8080/", "*.Example.com", "*.münchen.example."] }),
    },
  },
  {
    rule: 36,
    what: "others",
    config: lone(
      within({ allowed_origins: ["a.example", "https://a.example/v1", "https://me@a.example", "https://*.a.example", "*", "ftp://a"] }),
    ),
    errors: [0, 1, 2, 3, 4, 5].map((index) => `extensions.allowed_origins[${index}]`),
  },
  {
    rule: 37,
    what: "addresses",
    config: targets(target("openai", { upstream_url: "HTTP://a:8080" }), target("openai", { upstream_url: "https://a/$(headers.x)/" })),
  },
  {
    rule: 37,
    what: "no addresses",
    config: targets(
      ...["a.example/v1", "ftp://a.example", "/v1", "http://[a", "http://a:99999"].map((upstream_url) =>
        target("openai", { upstream_url }),
      ),
    ),
    warnings: [0, 1, 2, 3, 4].map((index) => `targets[${index}].model.options.upstream_url`),
  },
  {
    rule: 38,
    what: "names",
    config: targets({ ...target("openai"), auth: { header_name: "x-api-key", header_value: "k" } }),
  },
  {
    rule: 38,
    what: "no names, or not a credential's",
    config: targets(
      ...["Authorization: Bearer", "a b", "Content-Length", "HOST"].map((header_name) => ({
        ...target("openai"),
        auth: { header_name, header_value: "k" },
      })),
    ),
    errors: [0, 1, 2, 3].map((index) => `targets[${index}].auth.header_name`),
  },
  {
    rule: 38,
    what: "values that can be carried",
    config: targets(
      { ...target("openai"), auth: { header_name: "x-api-key", header_value: "Bearer a\tb~" } },
      { ...target("openai"), auth: { param_name: "schlüssel", param_value: "wörter und 模型", param_location: "query" } },
      { ...target("openai"), auth: { header_name: "x", header_value: "Bearer {vault://env/key}" } },
    ),
  },
  {
    rule: 38,
    what: "values that a header cannot hold",
    config: targets(
      ...["k\nl", "k\u0000", "\ufeffk", "k\u00a0", "\u201ck\u201d", "k".repeat(70_000)].map((header_value) => ({
        ...target("openai"),
        auth: { header_name: "x", header_value },
      })),
    ),
    errors: [0, 1, 2, 3, 4, 5].map((index) => `targets[${index}].auth.header_value`),
  },
  {
    rule: 38,
    what: "parameters of more than one line",
    config: targets(
      ...(["query", "body"] as const).map((param_location) => ({
        ...target("openai"),
        auth: { param_name: "a\nb", param_value: "\ufeffk", param_location },
      })),
    ),
    errors: [0, 1].flatMap((index) => [`targets[${index}].auth.param_name`, `targets[${index}].auth.param_value`]),
  },
];

test.each(CASES.map((one) => [`rule ${one.rule}: ${one.what}`, one] as const))("%s", (_, { config, plugin, options, errors, warnings }) => {
  const { problems, config: result } = validatePlugin(plugin ?? "ai-proxy-advanced", config, options);
  const paths = (severity: string) => problems.filter((problem) => problem.severity === severity).map(({ path }) => formatPath(path));
  expect(paths("error")).toEqual(errors ?? []);
  expect(paths("warning")).toEqual(warnings ?? []);
  expect(result === undefined).toBe(errors !== undefined);
});

test("every rule has a number of its own, an accepted and a refused case", () => {
  const ids = RULES.map(({ id }) => id);
  const ours = [19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44];
  expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, ...ours]);
  for (const id of ids) {
    const own = CASES.filter(({ rule }) => rule === id);
    expect(own.some(({ errors, warnings }) => errors === undefined && warnings === undefined)).toBe(true);
    expect(own.some(({ errors, warnings }) => errors !== undefined || warnings !== undefined)).toBe(true);
  }
});

test("what is not known yet counts as given and as nothing in particular", () => {
  const isDeferred = (value: unknown): boolean => value === "later";
  const config = {
    ...SEMANTIC,
    embeddings: "later",
    vectordb: { ...VECTORDB, dimensions: "later" },
    targets: [
      {
        route_type: "llm/v1/chat",
        model: { provider: "later" },
        auth: { header_name: "later", header_value: "later" },
        description: "later",
      },
      { route_type: "later", model: { provider: "anthropic", options: "later" }, description: "d", logging: { log_statistics: "later" } },
    ],
  };
  expect(validatePlugin("ai-proxy-advanced", config, { isDeferred }).problems).toEqual([]);
  expect(validatePlugin("ai-proxy-advanced", { targets: "later" }, { isDeferred }).problems).toEqual([]);
});

test.each([
  ["balancer", two({ balancer: "later", ...within({ same_target: {}, first_token_timeout: 5, judge: { target: chat } }) })],
  ["extensions", two({ extensions: "later", balancer: { read_timeout: 600_000 } })],
  [
    "every setting",
    two({
      balancer: {
        algorithm: "later",
        tokens_count_strategy: "later",
        slots: 100,
        max_fails: "later",
        fail_timeout: 5,
        failover_criteria: ["http_429", "later"],
        retries: "later",
        read_timeout: 5,
      },
      extensions: {
        deadline: "later",
        first_token_timeout: 5,
        judge: "later",
        redis: "later",
        shared_state: "later",
        same_target: { on: "later" },
        resume_streams: "restart",
      },
    }),
  ],
  ["the login of a judge and of shared state", two({ ...ACCURACY, targets: "later", ...within({ judge: { target: "later" } }) })],
])("a lint says nothing where %s is not known yet", (_, config) => {
  expect(validatePlugin("ai-proxy-advanced", config, { isDeferred: (value) => value === "later" }).problems).toEqual([]);
});

test("ai-proxy, which has no balancer, is told so once", () => {
  const { problems } = validatePlugin("ai-proxy", { ...chat, balancer: { slots: 5, fail_timeout: 5 }, ...within({ redis: REDIS }) });
  expect(problems.map(({ path }) => formatPath(path))).toEqual(["balancer", "extensions"]);
});

test.each([
  [
    two({ balancer: { failover_criteria: STATUSES } }),
    'should list "non_idempotent" too: without it "http_429" moves nothing on, as every request here is a POST and that was sent by then. Add it if a request may be sent twice.',
  ],
  [
    two({ extensions: { max_queue: 5 } }),
    "should be given: without it a client may wait 1080 s for an answer, 6 attempts of up to 180 s. Set the milliseconds that a request may take in all.",
  ],
  [
    { ...targets(chat, chat), balancer: { algorithm: "priority" } },
    "has no effect if all weights are equal: the 2 targets of weight 100 are one group and serve in turn. Give those that come first a larger weight.",
  ],
])("a lint says what does nothing, why, and what to do", (config, message) => {
  expect(validatePlugin("ai-proxy-advanced", config).problems.map((problem) => problem.message)).toEqual([message]);
});

test("rules speak up beside fields of a wrong type, but not twice about one field", () => {
  const { problems } = validatePlugin("ai-proxy-advanced", {
    targets: [{ route_type: 7, model: { provider: "anthropic", options: { anthropic_version: [], max_tokens: "x" } } }, "nonsense", null],
    balancer: { algorithm: "semantic", retries: -1 },
    llm_format: "cohere",
    vectordb: 5,
  });
  expect(problems.map(({ path }) => formatPath(path))).toEqual([
    "balancer.retries",
    "embeddings",
    "targets[0].description",
    "targets[0].model.options.anthropic_version",
    "targets[0].model.options.max_tokens",
    "targets[0].model.provider",
    "targets[0].route_type",
    "targets[1]",
    "targets[1].description",
    "targets[2]",
    "targets[2].description",
    "vectordb",
  ]);
});

test("messages say what must hold, what was given and what to do", () => {
  const [problem] = validatePlugin("ai-proxy", { ...target("openai"), llm_format: "bedrock" }).problems;
  expect(problem?.message).toBe(
    'must be bedrock with llm_format bedrock, but "openai" was given. Only llm_format openai and anthropic are converted.',
  );
});

test("a hidden value is not printed by a rule either", () => {
  const config = { ...one("openai", { input_cost: -12345 }) };
  const [problem] = validatePlugin("ai-proxy-advanced", config, { isHidden: (path) => path.at(-1) === "input_cost" }).problems;
  expect(problem?.message).toContain("a number was given");
  expect(problem?.message).not.toContain("12345");
});
