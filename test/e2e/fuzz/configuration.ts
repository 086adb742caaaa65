/** The file of the fuzzed gateway: one route for each way in which an exchange can go, all with short limits. */
export function fuzzedConfiguration(origin: string, folder: string): object {
  const target = (name: string, more: { model?: object; options?: object; [key: string]: unknown } = {}, path = "chat-target"): object => {
    const { model, options, ...rest } = more;
    return {
      route_type: "llm/v1/chat",
      logging: { log_statistics: true },
      auth: { header_name: "Authorization", header_value: `Bearer key-of-${name}` },
      model: { provider: "openai", name, ...model, options: { upstream_url: `${origin}/${path}/${name}`, ...options } },
      ...rest,
    };
  };
  const balancer = (more: object = {}): object => ({
    connect_timeout: 500,
    read_timeout: 150,
    write_timeout: 300,
    retries: 2,
    failover_criteria: ["error", "timeout", "non_idempotent", "invalid_header", "http_429", "http_500", "http_502", "http_503"],
    ...more,
  });
  const route = (name: string, config: object, more: object = {}): object => ({
    name,
    paths: [`/${name}`],
    ...more,
    plugins: [
      { name: "ai-proxy-advanced", config: { max_request_body_size: 1_000_000, ...config } },
      { name: "file-log", config: { path: `${folder}/exchanges.json` } },
    ],
  });
  const two = [target("a", { model: { model_alias: "quick" } }), target("b", { model: { model_alias: "quick" }, weight: 50 })];
  const claude = (name: string, more: { options?: object; [key: string]: unknown } = {}): object =>
    target(name, {
      auth: { header_name: "x-api-key", header_value: `key-of-${name}` },
      ...more,
      model: { provider: "anthropic", name: "claude-sonnet-4-5" },
      options: { upstream_url: `${origin}/messages/${name}`, anthropic_version: "2023-06-01", ...more.options },
    });
  const routes = [
    route("chat", { targets: two, balancer: balancer(), extensions: { deadline: 500, same_target: { retries: 1, max_wait_ms: 50 } } }),
    route("stream", { targets: two, balancer: balancer(), extensions: { deadline: 500, first_token_timeout: 60 } }),
    route("completions", {
      targets: [target("a", { route_type: "llm/v1/completions" }, "completion-target")],
      balancer: balancer({ max_fails: 20, fail_timeout: 300 }),
    }),
    route("preserve", {
      targets: [
        { ...target("a", { route_type: "preserve" }, "preserve"), logging: {} },
        { ...target("b", { route_type: "preserve" }, "preserve"), logging: {} },
      ],
      balancer: balancer({ max_fails: 20, fail_timeout: 300 }),
    }),
    route("restart", { targets: two, balancer: balancer({ read_timeout: 60 }), extensions: { resume_streams: "restart", deadline: 500 } }),
    route("prefill", { targets: two, balancer: balancer(), extensions: { resume_streams: "prefill", retry_budget: { ratio: 1 } } }),
    route(
      "templates",
      {
        targets: [
          target("$(uri_captures.model)", {
            auth: { header_name: "x-api-key", header_value: "key" },
            options: { upstream_url: `${origin}/chat-target/$(uri_captures.model)` },
          }),
        ],
        balancer: balancer(),
      },
      { paths: ["~/templates/(?<model>[^?]*)$"] },
    ),
    route("payloads", {
      targets: two.map((one) => ({ ...one, logging: { log_statistics: true, log_payloads: true } })),
      balancer: balancer({ max_fails: 50, fail_timeout: 200 }),
      extensions: { failover_on: ["context_length"] },
    }),
    route("hash", { targets: two, balancer: balancer({ algorithm: "consistent-hashing", max_fails: 10, fail_timeout: 200 }) }),
    route("narrow", {
      targets: two,
      balancer: balancer({ algorithm: "least-connections" }),
      extensions: { max_connections: 2, max_queue: 3, deadline: 500 },
    }),
    route("always", {
      targets: two,
      response_streaming: "always",
      balancer: balancer({ algorithm: "lowest-latency", latency_strategy: "e2e" }),
    }),
    route("slowly", { targets: two, balancer: balancer({ algorithm: "priority", write_timeout: 60, read_timeout: 300 }) }),
    route("usage", { targets: two, balancer: balancer({ algorithm: "lowest-usage" }), extensions: { deadline: 300 } }),
    route("claude", {
      targets: [claude("c", { logging: { log_statistics: true, log_payloads: true } }), claude("d", { weight: 50 })],
      balancer: balancer(),
      extensions: { deadline: 500, same_target: { retries: 1, max_wait_ms: 50 }, failover_on: ["context_length"] },
    }),
    route("translated", {
      targets: [claude("c"), target("b")],
      balancer: balancer({ max_fails: 20, fail_timeout: 300 }),
      extensions: { deadline: 500, first_token_timeout: 60 },
    }),
    route("crossed", {
      targets: [target("a"), claude("c"), claude("d")],
      balancer: balancer({ read_timeout: 60 }),
      extensions: { resume_streams: "restart", deadline: 500 },
    }),
    route("continue", {
      targets: [target("a"), claude("c"), target("b")],
      balancer: balancer({ read_timeout: 60 }),
      extensions: { resume_streams: "continue", deadline: 500 },
    }),
    route("embeddings", {
      targets: ["a", "b"].map((name) => target(name, { route_type: "llm/v1/embeddings" }, "embeddings-target")),
      balancer: balancer({ max_fails: 20, fail_timeout: 300 }),
      extensions: { deadline: 500 },
    }),
    route("small", { targets: two, max_request_body_size: 500, balancer: balancer({ failover_criteria: ["error"] }) }),
  ];
  return { _format_version: "3.0", services: [{ name: "fuzzed", url: "http://localhost:32000", routes }] };
}
