import { summarise } from "../../../cli/plan-summary/summarise";
import { delivery, document, planOf } from "./containers";
import { kong, route, target } from "./documents";

const rows = (before: unknown, after: unknown) =>
  summarise(planOf(document(before, after, [])), { unserved: () => [] }).gateways[0]!.changes.map(({ change, effect }) => [change, effect]);

const chat = (targets: readonly Record<string, unknown>[], config: Record<string, unknown> = {}) => kong(route("chat", targets, config));
const [a, b, c] = [target("a", 50), target("b", 30), target("c", 20)] as [
  Record<string, unknown>,
  Record<string, unknown>,
  Record<string, unknown>,
];
const algorithm = (name: string) => ({ balancer: { algorithm: name } });

test.each<[string, unknown, unknown, readonly (readonly string[])[]]>([
  ["another order of targets is no change", chat([a, b]), chat([b, a]), []],
  ["a default that is spelled out is no change", chat([a, b]), chat([a, b], { balancer: { algorithm: "round-robin", retries: 5 } }), []],
  [
    "the order of criteria is no change",
    chat([a], { balancer: { failover_criteria: ["error", "timeout"] } }),
    chat([a], { balancer: { failover_criteria: ["timeout", "error"] } }),
    [],
  ],
  [
    "algorithm",
    chat([a, b]),
    chat([a, b], algorithm("priority")),
    [
      [
        "algorithm round-robin (default) → priority",
        "the group of the highest weight first, the next one when none of it is available; a group 1 of 2, b group 2 of 2",
      ],
    ],
  ],
  [
    "a weight under another algorithm",
    chat([a, b], algorithm("consistent-hashing")),
    chat([{ ...a, weight: 30 }, b], algorithm("consistent-hashing")),
    [["target a: weight 50 → 30", "share of keys 62.5 % → 50 %; b 37.5 % → 50 %"]],
  ],
  [
    "a weight where it decides no share",
    chat([a, b], algorithm("lowest-latency")),
    chat([{ ...a, weight: 30 }, b], algorithm("lowest-latency")),
    [["target a: weight 50 → 30", "share stays by latency"]],
  ],
  [
    "two weights: those who move without a change are told once",
    chat([a, b, c]),
    chat([{ ...a, weight: 100 }, { ...b, weight: 60 }, c]),
    [
      ["target a: weight 50 → 100", "share 50 % → 55.6 %; c 20 % → 11.1 %"],
      ["target b: weight 30 → 60", "share 30 % → 33.3 %"],
    ],
  ],
  [
    "retries, body size, limits",
    chat([a], { max_request_body_size: 8192 }),
    chat([target("a", 50, {}, { max_tokens: 256 })], { balancer: { retries: 1, read_timeout: 1000 } }),
    [
      ["target a: max_tokens not set (no cap) → 256", "answers of at most 256 tokens"],
      ["max_request_body_size 8192 → 1048576 (default)", "larger requests are answered with 413"],
      ["retries 5 (default) → 1", "at most 2 attempts per request"],
      ["read_timeout 60000 (default) → 1000 ms", ""],
    ],
  ],
  [
    "a vector store that comes",
    chat([a]),
    chat([a], {
      vectordb: {
        strategy: "redis",
        dimensions: 3,
        distance_metric: "cosine",
        threshold: 0.5,
        redis: { host: "r", password: "hidden-password" },
      },
    }),
    [["vectordb not set → {strategy: redis, dimensions: 3, distance_metric: cosine, threshold: 0.5, redis…", ""]],
  ],
  [
    "another reference",
    chat([a]),
    chat([{ ...a, auth: { header_name: "Authorization", header_value: "Bearer {vault://file/other.key}" } }]),
    [["target a: auth.header_value Bearer {vault://file/openai.key} → Bearer {vault://file/other.key}", "another credential is sent"]],
  ],
  [
    "equal models are told apart",
    chat([target("m", 1), target("m", 2, {}, {}, { provider: "azure" }), target("m", 3, {}, {}, { model_alias: "x" }), target("m", 4)]),
    chat([target("m", 1), target("m", 2, {}, {}, { provider: "azure" }), target("m", 3, {}, {}, { model_alias: "x" }), target("m", 5)]),
    [
      [
        "target m (openai) #2: weight 4 → 5",
        "share 40 % → 45.5 %; m (openai) #1 10 % → 9.1 %; m (azure) 20 % → 18.2 %; m (alias x) 30 % → 27.3 %",
      ],
    ],
  ],
  [
    "ai-proxy becomes ai-proxy-advanced",
    kong({
      name: "chat",
      paths: ["/chat"],
      plugins: [
        {
          name: "ai-proxy",
          config: { route_type: "llm/v1/chat", model: { provider: "openai", name: "a" }, auth: a["auth"], logging: a["logging"] },
        },
      ],
    }),
    chat([a, b]),
    [
      ["plugin ai-proxy → ai-proxy-advanced", ""],
      ["target a: weight 100 (default) → 50", "share 100 % → 62.5 %"],
      ["target b added (provider openai, weight 30)", "share 37.5 %"],
    ],
  ],
  [
    "plugins of which nothing is known, consumers, services",
    {
      services: [{ name: "s", url: "http://a" }],
      plugins: [{ name: "key-auth", route: "chat", config: { key: "planted-plugin-key" } }],
      consumers: [],
    },
    {
      services: [{ name: "s", url: "http://b" }],
      plugins: [{ name: "key-auth", route: "chat", enabled: false, config: { key: "planted-other-key" } }],
      consumers: [{ username: "x" }],
    },
    [
      ["plugin key-auth switched off", ""],
      ["plugin key-auth: config changed", ""],
      ["service changed", ""],
      ["consumers changed", ""],
    ],
  ],
  [
    "plugins that come and go",
    { plugins: [{ name: "ai-proxy-advanced", service: "s", config: { targets: [a] } }] },
    { plugins: [{ name: "ai-proxy-advanced", consumer: { username: "bob" }, config: { targets: [a] } }] },
    [
      ["plugin ai-proxy-advanced added", "round-robin: a 100 %"],
      ["plugin ai-proxy-advanced removed", "requests to it are no longer sent to a model"],
    ],
  ],
])("%s", (_, before, after, expected) => {
  expect(rows(before, after)).toEqual(expected);
});

test("a document as a text in an output, JSON or YAML", () => {
  const before = JSON.stringify(chat([a, b]));
  const after = '_format_version: "3.0"\nroutes: []\n';
  expect(rows(before, after)).toEqual([["route removed: /chat", "requests to it are answered with 404 unless another route takes them"]]);
});

test("a configuration that the plan does not know yet", () => {
  const plan = planOf({
    format_version: "1.2",
    output_changes: { gateway_configuration: { actions: ["create"], before: null, after_unknown: true } },
  });
  expect(summarise(plan).gateways).toMatchObject([{ name: "gateway", configuration: "unknown", changes: [] }]);
});

test("outputs and containers find each other by name, by document and by volume", () => {
  const output = (before: unknown, after: unknown) => ({ actions: ["update"], before, after, after_unknown: false });
  const [one, two, three] = [chat([a, b]), chat([a, c]), chat([b, c])];
  const { gateways } = summarise(
    planOf({
      format_version: "1.2",
      output_changes: { edge_configuration: output(one, two), served: output(one, three) },
      resource_changes: [delivery(one, two, "edge"), delivery(one, three, "other")],
    }),
  );
  expect(gateways.map(({ name, application }) => [name, application])).toEqual([
    ["edge", "reload"],
    ["served", "reload"],
  ]);
});
