import { AiProxyAdvanced, Balancer, Judge, Resilience, SharedState, Target } from "../../index";
import type { AiProxyAdvancedProps } from "../../index";
import { KEY, annotations, gatewayStack, pluginConfig, problems, synth } from "./support";

const targets = [Target.openai("gpt-4o"), Target.openai("gpt-4o-mini")];

function chat(props: Partial<AiProxyAdvancedProps>) {
  const { stack, gateway } = gatewayStack();
  new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets, ...props });
  return stack;
}

const RECOMMENDED = {
  deadline: 120_000,
  first_token_timeout: 30_000,
  failover_on: ["context_length"],
  same_target: { retries: 1, on: ["http_429", "http_500", "http_502", "http_503"], max_wait_ms: 2_000 },
  resume_streams: "continue",
  retry_budget: { ratio: 0.2, min_requests_per_minute: 100 },
  min_failure_ratio: 0.5,
};

describe("Resilience", () => {
  it("renders every recommended setting, so that a reviewer sees it", () => {
    const stack = chat({ balancer: Balancer.leastConnections(), resilience: Resilience.recommended() });
    expect(pluginConfig(stack)).toMatchObject({
      balancer: {
        algorithm: "least-connections",
        retries: 3,
        failover_criteria: [
          "error",
          "timeout",
          "invalid_header",
          "http_429",
          "http_500",
          "http_502",
          "http_503",
          "http_504",
          "non_idempotent",
        ],
        max_fails: 5,
        fail_timeout: 10_000,
        connect_timeout: 5_000,
        read_timeout: 60_000,
      },
      extensions: RECOMMENDED,
    });
    expect(annotations(stack, "warn")).toEqual([]);
  });

  it("leaves the algorithm to Kong's default where no balancer is given", () => {
    const { balancer, extensions } = pluginConfig(chat({ resilience: Resilience.recommended() }));
    expect(balancer).not.toHaveProperty("algorithm");
    expect(balancer).toHaveProperty("retries", 3);
    expect(extensions).toEqual(RECOMMENDED);
  });

  it("gives way to the balancer's own options and to its own", () => {
    const { balancer, extensions } = pluginConfig(
      chat({
        balancer: Balancer.roundRobin({ retries: 1, failoverCriteria: ["error", "http_429", "non_idempotent"] }),
        resilience: Resilience.recommended({ deadline: 60_000, sameTarget: { retries: 2 }, failoverOn: [] }),
      }),
    );
    expect(balancer).toMatchObject({ retries: 1, failover_criteria: ["error", "http_429", "non_idempotent"], max_fails: 5 });
    expect(extensions).toEqual({
      ...RECOMMENDED,
      deadline: 60_000,
      failover_on: [],
      same_target: { ...RECOMMENDED.same_target, retries: 2 },
    });
  });

  it("of renders what was said and nothing else", () => {
    const config = pluginConfig(
      chat({ resilience: Resilience.of({ deadline: 5_000, maxQueue: 10, maxResponseSize: 65_536, retryBudget: { ratio: 0.1 } }) }),
    );
    expect(config["extensions"]).toEqual({ deadline: 5_000, max_queue: 10, max_response_size: 65_536, retry_budget: { ratio: 0.1 } });
    expect(config).not.toHaveProperty("balancer");
  });

  it("warns where a setting cannot act, with its place", () => {
    const stack = chat({
      balancer: Balancer.priority({ failoverCriteria: ["error", "http_429"] }),
      resilience: Resilience.of({ deadline: 60_000, firstTokenTimeout: 5_000, sameTarget: {} }),
    });
    const lines = annotations(stack, "warn").map((line) => line.split(" ").slice(0, 2).join(" "));
    expect(lines).toEqual([
      "[test/Chat] balancer.algorithm",
      "[test/Chat] balancer.failover_criteria",
      "[test/Chat] extensions.first_token_timeout",
      "[test/Chat] extensions.same_target",
    ]);
  });
});

describe("SharedState", () => {
  it("renders Redis beside the rest, its secrets as references", () => {
    const stack = chat({
      resilience: Resilience.recommended(),
      sharedState: SharedState.redis({ host: "state", ssl: true, username: "gateway", password: KEY }),
    });
    expect(pluginConfig(stack)["extensions"]).toEqual({
      ...RECOMMENDED,
      shared_state: "redis",
      redis: { host: "state", ssl: true, username: "gateway", password: "{vault://file/openai.key}" },
    });
  });

  it.each([
    ["redis", SharedState.redisContainer.bind(SharedState)],
    ["valkey", SharedState.valkeyContainer.bind(SharedState)],
  ] as const)("deploys a %s beside the gateway", (_, create) => {
    const { stack, gateway } = gatewayStack();
    const sharedState = create(gateway, "State", { memory: 64 });
    new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets, sharedState });
    expect(synth(stack).resource["docker_container"]!["gateway_state"]).toMatchObject({ memory: 64 });
    expect(pluginConfig(stack)["extensions"]).toMatchObject({ shared_state: "redis", redis: { port: 6379 } });
  });
});

describe("Judge", () => {
  it("stands beside the balancer that asks it", () => {
    const judge = Judge.of(Target.openai("gpt-4o-mini"), { sample: 0.1, maxTokensPerHour: 5_000, timeout: 10_000 });
    const stack = chat({
      balancer: Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge }),
      resilience: Resilience.of({ deadline: 60_000 }),
    });
    expect(problems(stack)).toEqual([]);
    expect(pluginConfig(stack)).toMatchObject({
      balancer: { algorithm: "lowest-usage", tokens_count_strategy: "llm-accuracy" },
      extensions: {
        deadline: 60_000,
        judge: {
          sample: 0.1,
          max_tokens_per_hour: 5_000,
          timeout: 10_000,
          target: { route_type: "llm/v1/chat", model: { provider: "openai", name: "gpt-4o-mini" } },
        },
      },
    });
  });

  it("is asked by chat", () => {
    const judge = Judge.of(Target.openai("text-embedding-3-small", { routeType: "llm/v1/embeddings" }));
    expect(problems(chat({ balancer: Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge }) }))).toEqual([
      '[test/Chat] extensions.judge.target.route_type must be llm/v1/chat, as a judge is asked by chat, but "llm/v1/embeddings" was given.',
    ]);
  });
});

it("fromKong takes extensions and checks them", () => {
  const { stack, gateway } = gatewayStack();
  const kong = { targets: [{ route_type: "llm/v1/chat", model: { provider: "openai" } }], extensions: RECOMMENDED } as const;
  const plugin = AiProxyAdvanced.fromKong(stack, "Chat", {
    route: gateway.route("chat", { paths: ["/chat"] }),
    config: JSON.stringify(kong),
  });
  expect(plugin.configuration).toEqual(kong);
  expect(problems(stack)).toEqual([]);

  const wrong = gatewayStack();
  AiProxyAdvanced.fromKong(wrong.stack, "Chat", {
    route: wrong.gateway.route("chat", { paths: ["/chat"] }),
    config: JSON.stringify({ ...kong, extensions: { dead_line: 5, shared_state: "redis" } }),
  });
  expect(problems(wrong.stack)).toEqual([
    '[test/Chat] extensions.dead_line is no known field here. Did you mean "deadline"?',
    expect.stringContaining("[test/Chat] extensions.redis must be given with shared_state redis"),
  ]);
});

describe("allowedOrigins", () => {
  const templated = Target.openai("gpt-4o", { options: { upstreamUrl: "https://$(headers.x-region).example.com/v1" } });

  it("stands beside what resilience and shared state say", () => {
    const stack = chat({ targets: [templated], allowedOrigins: ["*.example.com"], resilience: Resilience.of({ deadline: 60_000 }) });
    expect(problems(stack)).toEqual([]);
    expect(pluginConfig(stack)["extensions"]).toEqual({ allowed_origins: ["*.example.com"], deadline: 60_000 });
  });

  it("is asked for where a request decides who is called, and checked", () => {
    expect(problems(chat({ targets: [templated] }))).toEqual([expect.stringContaining("set extensions.allowed_origins") as string]);
    expect(problems(chat({ targets: [templated], allowedOrigins: ["example.com"] }))).toEqual([
      expect.stringContaining("extensions.allowed_origins[0] must be an origin") as string,
    ]);
  });
});
