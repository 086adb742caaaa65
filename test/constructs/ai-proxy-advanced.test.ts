import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { AiProxy, AiProxyAdvanced, Auth, Balancer, Embeddings, Platform, Gateway, Secret, Target, VectorDb } from "../../index";
import { KEY, annotations, gatewayStack, pluginConfig, problems, synth } from "./support";

const auth = Auth.bearer(KEY);

describe("AiProxyAdvanced", () => {
  it("renders Kong's form and nothing that was not said", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      balancer: Balancer.leastConnections({ retries: 3, failoverCriteria: ["error", "timeout", "http_429", "non_idempotent"] }),
      targets: [Target.openai("gpt-4o", { auth, weight: 2, options: { maxTokens: 1024, temperature: 1 } })],
      maxRequestBodySize: 4096,
    });
    expect(pluginConfig(stack)).toEqual({
      max_request_body_size: 4096,
      balancer: { algorithm: "least-connections", retries: 3, failover_criteria: ["error", "timeout", "http_429", "non_idempotent"] },
      targets: [
        {
          route_type: "llm/v1/chat",
          auth: { header_name: "Authorization", header_value: "Bearer {vault://file/openai.key}" },
          model: { provider: "openai", name: "gpt-4o", options: { max_tokens: 1024, temperature: 1 } },
          weight: 2,
        },
      ],
    });
  });

  it("leaves the balancer to Kong's default where none is given", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets: [Target.openai("gpt-4o")] });
    expect(pluginConfig(stack)).toEqual({ targets: [{ route_type: "llm/v1/chat", model: { provider: "openai", name: "gpt-4o" } }] });
  });

  it("puts a semantic balancer's embeddings and store where Kong has them", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      balancer: Balancer.semantic({
        embeddings: Embeddings.openai("text-embedding-3-small", { auth, options: { upstreamUrl: "http://embed" } }),
        vectorDb: VectorDb.pgvector({ dimensions: 1536, distanceMetric: "cosine", threshold: 0.5, host: "pg", password: KEY }),
      }),
      targets: [Target.openai("gpt-4o", { description: "mathematics" }), Target.mistral("mistral-large", { description: Target.CATCHALL })],
    });
    expect(pluginConfig(stack)).toMatchObject({
      balancer: { algorithm: "semantic" },
      embeddings: { model: { provider: "openai", name: "text-embedding-3-small", options: { upstream_url: "http://embed" } } },
      vectordb: { strategy: "pgvector", dimensions: 1536, pgvector: { host: "pg", password: "{vault://file/openai.key}" } },
      targets: [{ description: "mathematics" }, { description: "CATCHALL", model: { options: { mistral_format: "openai" } } }],
    });
  });

  it("serves embeddings without a warning", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Embed", {
      route: gateway.route("embed", { paths: ["/v1/embeddings"] }),
      genaiCategory: "text/embeddings",
      targets: [Target.openai("text-embedding-3-small", { auth, routeType: "llm/v1/embeddings", options: { embeddingsDimensions: 256 } })],
    });
    expect(pluginConfig(stack)).toMatchObject({
      genai_category: "text/embeddings",
      targets: [{ route_type: "llm/v1/embeddings", model: { name: "text-embedding-3-small", options: { embeddings_dimensions: 256 } } }],
    });
    expect([problems(stack), annotations(stack, "warn")]).toEqual([[], []]);
  });

  it("reports every problem of the app at once, with construct and path", () => {
    const { stack, gateway } = gatewayStack({ port: 0 });
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      balancer: Balancer.roundRobin({ retries: -1 }),
      targets: [Target.openai("gpt-4o", { weight: 5 }), Target.openai("gpt-4o-mini", { weight: 0, options: { temperature: 9 } })],
    });
    new AiProxyAdvanced(stack, "Code", {
      route: gateway.route("code", { paths: ["code"] }),
      targets: [Target.openai("gpt-4o", { weight: 70_000 })],
    });
    const found = problems(stack);
    expect(found).toEqual(
      expect.arrayContaining([
        "[test/Gateway] Platform.docker: port must be an integer between 1 and 65535, but 0 was given.",
        expect.stringMatching(/^\[test\/Chat\] balancer\.retries must be .*, but -1 was given\.$/),
        expect.stringMatching(
          /^\[test\/Chat\] targets\[1\]\.weight must be .*, but 0 was given\. Leave the target out to send it nothing\.$/,
        ),
        expect.stringMatching(/^\[test\/Chat\] targets\[1\]\.model\.options\.temperature must be .*, but 9 was given\.$/),
        expect.stringMatching(/^\[test\/Code\] targets\[0\]\.weight must be .*, but 70000 was given\.$/),
        '[test/Gateway/code] paths[0] must begin with "/", or with "~" for a regular expression, but "code" was given.',
      ]),
    );
    expect(found).toHaveLength(6);
  });

  it("applies Kong's rules across fields", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      balancer: Balancer.lowestUsage({ tokensCountStrategy: "cost" }),
      targets: [
        Target.databricks("dbrx"),
        Target.gemini("gemini-pro", { auth: Auth.header("x-goog-api-key", KEY, { allowOverride: true }) }),
      ],
    });
    const found = problems(stack);
    expect(found).toContainEqual(expect.stringContaining("targets[0].model.options.databricks.workspace_instance_id must be given"));
    expect(found).toContainEqual(expect.stringContaining("targets[1].auth.allow_override must be false"));
    expect(found).toContainEqual(expect.stringContaining("targets[1].model.options.input_cost must be given"));
  });

  it("says as a warning what the gateway does not serve yet", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      balancer: Balancer.semantic({
        embeddings: Embeddings.openai("text-embedding-3-small"),
        vectorDb: VectorDb.redis({ dimensions: 3, distanceMetric: "cosine" }),
      }),
      targets: [Target.cohere("command-a", { description: "all" })],
    });
    expect(problems(stack)).toEqual([]);
    const warnings = annotations(stack, "warn");
    expect(warnings).toContainEqual(expect.stringMatching(/^\[test\/Chat\] balancer\.algorithm: algorithm "semantic" is not served.*501/));
    expect(warnings).toContainEqual(expect.stringMatching(/targets\[0\]\.model\.provider: provider "cohere" is not served.*501/));
  });

  it("works below any scope and with two gateways in one stack", () => {
    const { stack, gateway } = gatewayStack();
    const edge = new Gateway(stack, "EdgeEU", { platform: Platform.docker({ port: 9000 }) });
    for (const [index, host] of [gateway, edge].entries()) {
      new AiProxy(stack, `Chat${index}`, { route: host.route("chat", { paths: ["/chat"] }), target: Target.openai("gpt-4o") });
    }
    const { locals, resource, provider } = synth(stack);
    expect(Object.keys(locals).sort()).toEqual(["edge_eu_configuration", "gateway_configuration"]);
    expect(Object.keys(resource["docker_container"]!).sort()).toEqual(["edge_eu", "edge_eu_delivery", "gateway", "gateway_delivery"]);
    expect(provider["docker"]).toHaveLength(1);
  });
});

describe("AiProxy", () => {
  it("has the target's members at the top", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxy(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      target: Target.openai("gpt-4o", { auth, logging: { logStatistics: true } }),
      responseStreaming: "deny",
    });
    expect(pluginConfig(stack)).toEqual({
      response_streaming: "deny",
      route_type: "llm/v1/chat",
      auth: { header_name: "Authorization", header_value: "Bearer {vault://file/openai.key}" },
      logging: { log_statistics: true },
      model: { provider: "openai", name: "gpt-4o" },
    });
  });

  it("refuses what only ai-proxy-advanced has", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxy(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), target: Target.openai("gpt-4o", { weight: 3 }) });
    expect(problems(stack)).toEqual([expect.stringContaining("[test/Chat] weight")]);
  });
});

describe("fromKong", () => {
  const config = {
    targets: [
      {
        route_type: "llm/v1/chat",
        model: { provider: "openai", name: "gpt-4o" },
        auth: { header_name: "x", header_value: '${{ env "DECK_KEY" }}' },
      },
    ],
  } as const;

  it.each([
    ["a plain object", config],
    ["JSON text", JSON.stringify(config)],
    ["YAML text of the whole plugin", `name: ai-proxy-advanced\nconfig: ${JSON.stringify(config)}`],
  ])("takes %s", (_, given) => {
    const { stack, gateway } = gatewayStack();
    const plugin = AiProxyAdvanced.fromKong(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), config: given });
    expect(plugin.configuration).toEqual(config);
    expect(pluginConfig(stack)["targets"]).toMatchObject([{ auth: { header_value: '$${{ env "DECK_KEY" }}' } }]);
  });

  it("checks it in the same way", () => {
    const { stack, gateway } = gatewayStack();
    AiProxy.fromKong(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      config: "route_type: llm/v1/chat\nmodel: { provider: openia }",
    });
    expect(problems(stack)).toEqual([
      expect.stringMatching(/\[test\/Chat\] model\.provider must be one of .*, but "openia" was given\. Did you mean "openai"\?/),
    ]);
  });

  it.each([
    ["another plugin", "name: ai-proxy\nconfig: {}", 'name must be ai-proxy-advanced, but "ai-proxy" was given.'],
    ["a list", "[]", "config must be an object, but an empty array was given."],
    ["nothing", "", "config must be an object, but null was given."],
    ["a plugin without a record", "name: ai-proxy-advanced\nconfig: 3", "config must be an object, but a number was given."],
  ])("refuses %s", (_, config, text) => {
    const { stack, gateway } = gatewayStack();
    AiProxyAdvanced.fromKong(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), config });
    expect(problems(stack)).toContainEqual(expect.stringContaining(`[test/Chat] ${text}`));
  });

  it("reads a file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "signalbox-")), "chat.yaml");
    writeFileSync(file, `name: ai-proxy-advanced\nconfig: ${JSON.stringify(config)}`);
    const { stack, gateway } = gatewayStack();
    AiProxyAdvanced.fromKong(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), file });
    expect(pluginConfig(stack)).toMatchObject({ targets: [{ route_type: "llm/v1/chat" }] });
  });
});

describe("the way out", () => {
  it("prints HCL that is not empty", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxy(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      target: Target.openai("gpt-4o", { auth: Auth.bearer(Secret.env("OPENAI_API_KEY")) }),
    });
    const hcl = String(Testing.synthHcl(stack, true));
    expect(hcl).toContain('resource "docker_container" "gateway"');
    expect(hcl).toContain("gateway_configuration");
    expect(hcl).toContain('variable "OPENAI_API_KEY"');
  });
});
