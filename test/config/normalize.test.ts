import type { AiProxyConfig } from "../../config/types.generated";
import { normalizeAiConfig, validatePlugin } from "../../config/validate";

const MODEL = { provider: "openai", name: "gpt-4o" } as const;
const DEFAULT_BALANCER = {
  algorithm: "round-robin",
  connect_timeout: 60000,
  fail_timeout: 10000,
  failover_criteria: ["error", "timeout"],
  hash_on_header: "X-Kong-LLM-Request-ID",
  latency_strategy: "tpot",
  max_fails: 0,
  read_timeout: 60000,
  retries: 5,
  slots: 10000,
  tokens_count_strategy: "total-tokens",
  write_timeout: 60000,
};
const DEFAULT_EXTENSIONS = {
  failover_on: [],
  max_connections: 1024,
  max_queue: 1024,
  max_response_size: 33554432,
  resume_streams: "off",
  retry_budget: { min_requests_per_minute: 100, ratio: 0.2 },
  shared_state: "local",
  stream_keep_alive: 15000,
};

test("ai-proxy becomes one target that is not retried", () => {
  const config: AiProxyConfig = {
    route_type: "llm/v1/chat",
    model: MODEL,
    auth: { allow_override: false, azure_use_managed_identity: false, gcp_use_service_account: false, header_name: "a", header_value: "b" },
    genai_category: "text/generation",
    llm_format: "anthropic",
    max_request_body_size: 5,
    model_name_header: false,
    response_streaming: "deny",
  };
  expect(normalizeAiConfig("ai-proxy", config)).toEqual({
    genai_category: "text/generation",
    llm_format: "anthropic",
    max_request_body_size: 5,
    model_name_header: false,
    response_streaming: "deny",
    targets: [{ route_type: "llm/v1/chat", model: MODEL, auth: config.auth, weight: 100 }],
    balancer: { ...DEFAULT_BALANCER, retries: 0 },
    extensions: DEFAULT_EXTENSIONS,
  });
});

test("ai-proxy-advanced gets a balancer and extensions if it has none", () => {
  const { config } = validatePlugin("ai-proxy-advanced", { targets: [{ route_type: "llm/v1/chat", model: MODEL }] });
  if (config === undefined) throw new Error("The configuration is valid.");
  expect(normalizeAiConfig("ai-proxy-advanced", config)).toEqual({ ...config, balancer: DEFAULT_BALANCER, extensions: DEFAULT_EXTENSIONS });
});

test("a balancer and extensions that are given stay as they are, but for the budget", () => {
  const { config } = validatePlugin("ai-proxy-advanced", {
    targets: [],
    balancer: { retries: 1, algorithm: "priority" },
    extensions: { resume_streams: "continue", retry_budget: { ratio: 0.5 } },
  });
  if (config === undefined) throw new Error("The configuration is valid.");
  expect(normalizeAiConfig("ai-proxy-advanced", config)).toEqual(config);
  const extensions = { ...config.extensions! };
  delete extensions.retry_budget;
  expect(normalizeAiConfig("ai-proxy-advanced", { ...config, extensions }).extensions).toEqual({
    ...extensions,
    retry_budget: DEFAULT_EXTENSIONS.retry_budget,
  });
});
