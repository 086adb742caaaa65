import { fc } from "../support/properties";
import type { Problem } from "../../config/problem";
import { formatPath, formatProblem } from "../../config/problem";
import { comparePaths, validatePlugin } from "../../config/validate";

const TARGET = { route_type: "llm/v1/chat", model: { provider: "openai", name: "gpt-4o" } };
const CHAT = { targets: [TARGET] };
const withTarget = (more: Readonly<Record<string, unknown>>) => ({ targets: [{ ...TARGET, ...more }] });
const withOptions = (options: unknown) => withTarget({ model: { ...TARGET.model, options } });

const check = (config: unknown) => validatePlugin("ai-proxy-advanced", config);
const print = (problems: readonly Problem[]): string[] => problems.map((problem) => formatProblem(problem));

describe("what a field must be", () => {
  test.each([
    [withTarget({ weight: 0 }), "targets[0].weight: must be an integer between 1 and 65535, but 0 was given."],
    [withTarget({ weight: 1.5 }), "targets[0].weight: must be an integer between 1 and 65535, but 1.5 was given."],
    [
      withTarget({ weight: "70" }),
      'targets[0].weight: must be an integer between 1 and 65535, but "70" was given. Write the number without quotes.',
    ],
    [withOptions({ temperature: 9 }), "targets[0].model.options.temperature: must be a number between 0 and 5, but 9 was given."],
    [withOptions({ max_tokens: Number.NaN }), "targets[0].model.options.max_tokens: must be an integer (tokens), but NaN was given."],
    [withOptions("x"), 'targets[0].model.options: must be an object, but "x" was given.'],
    [withOptions([]), "targets[0].model.options: must be an object, but an empty array was given."],
    [withOptions({ upstream_url: 80 }), "targets[0].model.options.upstream_url: must be a string, but 80 was given."],
    [
      withTarget({ logging: { log_statistics: "true" } }),
      'targets[0].logging.log_statistics: must be true or false, but "true" was given. Write it without quotes.',
    ],
    [
      { ...CHAT, balancer: { algorithm: "round_robbin" } },
      'balancer.algorithm: must be one of "consistent-hashing", "least-connections", "lowest-latency", "lowest-usage", "priority", "round-robin", "semantic", but "round_robbin" was given. Did you mean "round-robin"?',
    ],
    [
      { ...CHAT, balancer: { read_timeout: 0 } },
      "balancer.read_timeout: must be an integer between 1 and 2147483646 (ms), but 0 was given.",
    ],
    [
      { ...CHAT, balancer: { failover_criteria: "error" } },
      'balancer.failover_criteria: must be an array, but "error" was given. Put it into an array.',
    ],
    [{ ...CHAT, acls: { allow: [] } }, "acls.allow: must be an array that is not empty, but an empty array was given."],
    [
      withOptions({ service_tier_factor: [{ tier: "", factor: 2 }] }),
      "targets[0].model.options.service_tier_factor[0].tier: must be a string that is not empty, but an empty string was given.",
    ],
    [{ targets: TARGET }, "targets: must be an array, but an object was given. Put it into an array."],
    [{}, "targets: must be given: an array."],
    [{ targets: [{ model: TARGET.model, route_type: null }] }, /^error: targets\[0\]\.route_type: must be given: one of "audio/],
    ["x".repeat(100), "must be an object, but a string was given."],
    [null, "must be an object, but null was given."],
    [undefined, "must be given: an object."],
    [[CHAT], "must be an object, but an array was given."],
  ])("%j", (config, expected) => {
    const { problems, config: result } = check(config);
    expect(result).toBeUndefined();
    expect(problems).toHaveLength(1);
    if (typeof expected === "string") expect(print(problems)).toEqual([`error: ${expected}`]);
    else expect(print(problems)[0]).toMatch(expected);
  });

  test("file-log is checked too", () => {
    expect(validatePlugin("file-log", { path: "/tmp/log" })).toEqual({ problems: [], config: { path: "/tmp/log", reopen: false } });
    expect(print(validatePlugin("file-log", { paht: "x" }).problems)).toEqual([
      'error: paht: is no known field here. Did you mean "path"?',
      "error: path: must be given: a string that is not empty.",
    ]);
  });
});

describe("unknown fields", () => {
  test.each([
    [withTarget({ wieght: 5 }), 'targets[0].wieght: is no known field here. Did you mean "weight"?'],
    [withOptions({ maxTokens: 5 }), 'targets[0].model.options.maxTokens: is no known field here. Did you mean "max_tokens"?'],
    [withTarget({ genai_category: "x" }), 'targets[0].genai_category: is no known field here; it belongs to "config.genai_category".'],
    [
      withTarget({ temperature: 1 }),
      'targets[0].temperature: is no known field here; it belongs to "config.targets[].model.options.temperature".',
    ],
    [
      withTarget({ logging: { banana: 1 } }),
      'targets[0].logging.banana: is no known field here. Known are "log_payloads", "log_statistics".',
    ],
    [withOptions({ banana: 1 }), "targets[0].model.options.banana: is no known field here. Remove it."],
  ])("%j", (config, expected) => {
    expect(print(check(config).problems)).toEqual([`error: ${expected}`]);
  });

  test("are errors even where their value is null or not known yet", () => {
    expect(print(check({ ...CHAT, banana: null }).problems)).toEqual(["error: banana: is no known field here. Known are " + KNOWN_FIELDS]);
    const isDeferred = (value: unknown): boolean => value === "later";
    expect(validatePlugin("ai-proxy-advanced", { ...CHAT, wieght: "later" }, { isDeferred }).problems).toHaveLength(1);
  });

  const KNOWN_FIELDS =
    '"acls", "balancer", "embeddings", "extensions", "genai_category", "llm_format", "max_request_body_size", "model_name_header", "response_streaming", "targets", "vectordb".';
});

describe("defaults and null", () => {
  test("defaults are applied where their record is given", () => {
    const { config } = check({ ...CHAT, balancer: {} });
    expect(config).toEqual({
      genai_category: "text/generation",
      llm_format: "openai",
      max_request_body_size: 1048576,
      model_name_header: true,
      response_streaming: "allow",
      balancer: {
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
      },
      targets: [{ ...TARGET, weight: 100 }],
    });
  });

  test("null means not given, at every depth", () => {
    const config = {
      targets: [{ ...TARGET, weight: null, auth: null, model: { ...TARGET.model, options: { max_tokens: null } } }],
      acls: null,
    };
    expect(check(config).config?.targets).toEqual([
      { ...TARGET, weight: 100, model: { ...TARGET.model, options: { azure_api_version: "2023-05-15" } } },
    ]);
    expect(check(config).config).not.toHaveProperty("acls");
  });

  test("null inside metadata is kept, and what is given stays untouched", () => {
    const metadata = { owner: null, list: [null, { deep: null }] };
    const config = withTarget({ metadata });
    const before = structuredClone(config);
    expect(check(config).config?.targets[0]?.metadata).toEqual(metadata);
    expect(config).toEqual(before);
  });

  test("two results share no default", () => {
    const [first, second] = [check({ ...CHAT, balancer: {} }), check({ ...CHAT, balancer: {} })];
    expect(first.config?.balancer?.failover_criteria).not.toBe(second.config?.balancer?.failover_criteria);
  });
});

describe("values that are not known yet", () => {
  const isDeferred = (value: unknown): boolean => value === "later" || (Array.isArray(value) && value[0] === "later");

  test("are exempt from type, enum and range, and stay in the result", () => {
    const config = {
      genai_category: "later",
      targets: [
        { ...TARGET, weight: "later", logging: "later", auth: { param_location: "later", param_name: "later", param_value: "later" } },
      ],
      balancer: { failover_criteria: ["later"], retries: "later" },
      vectordb: { strategy: "redis", distance_metric: "cosine", dimensions: "later", redis: { port: "later", cluster_nodes: ["later"] } },
    };
    const { problems, config: result } = validatePlugin("ai-proxy-advanced", config, { isDeferred });
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ ...config, targets: [{ ...config.targets[0], model: TARGET.model }], llm_format: "openai" });
  });

  test("may be the whole configuration", () => {
    expect(validatePlugin("ai-proxy-advanced", "later", { isDeferred })).toEqual({ problems: [], config: "later" });
  });

  test("do not cover for their neighbours", () => {
    const { problems } = validatePlugin(
      "ai-proxy-advanced",
      {
        targets: [
          { ...TARGET, weight: "later" },
          { ...TARGET, weight: 0 },
        ],
      },
      { isDeferred },
    );
    expect(print(problems)).toEqual(["error: targets[1].weight: must be an integer between 1 and 65535, but 0 was given."]);
  });
});

describe("problems", () => {
  test("carry the path that was asked for, and are sorted", () => {
    const config = {
      targets: Array.from({ length: 11 }, (_, index) => ({ ...TARGET, weight: index === 2 || index === 10 ? 0 : 1 })),
      balancer: 1,
      acls: 2,
    };
    const { problems } = validatePlugin("ai-proxy-advanced", config, { path: ["plugins", 3, "config"] });
    expect(problems.map(({ path }) => formatPath(path))).toEqual([
      "plugins[3].config.acls",
      "plugins[3].config.balancer",
      "plugins[3].config.targets[2].weight",
      "plugins[3].config.targets[10].weight",
    ]);
  });

  test("paths have a total order", () => {
    const path = fc.array(fc.oneof(fc.nat(12), fc.constantFrom("a", "b", "weight")), { maxLength: 4 });
    fc.assert(
      fc.property(path, path, (left, right) => {
        expect(Math.sign(comparePaths(left, right)) + Math.sign(comparePaths(right, left))).toBe(0);
        expect(comparePaths(left, left)).toBe(0);
      }),
    );
  });

  test("deprecated fields and words are warnings, with a result", () => {
    const { problems, config } = check(
      withTarget({ route_type: "preserve", model: { provider: "openai", options: { upstream_path: "/x" } } }),
    );
    expect(config).toBeDefined();
    expect(problems.map(({ severity, path }) => [severity, formatPath(path)])).toEqual([
      ["warning", "targets[0].model.options.upstream_path"],
      ["warning", "targets[0].route_type"],
    ]);
  });

  test("never print a secret, nor what the caller hides", () => {
    const secret = "sk-0123456789";
    const config = {
      targets: [{ ...TARGET, weight: secret, auth: { header_name: "a", header_value: [secret], azure_client_secret: 987654321 } }],
      vectordb: { strategy: "redis", distance_metric: "cosine", dimensions: 1, redis: { password: { secret }, host: 5 } },
    };
    const { problems } = validatePlugin("ai-proxy-advanced", config, {
      path: ["config"],
      isHidden: (path) => formatPath(path) === "config.targets[0].weight",
    });
    const text = print(problems).join("\n");
    expect(problems).toHaveLength(5);
    expect(text).not.toContain(secret);
    expect(text).not.toContain("987654321");
    expect(text).toContain("config.targets[0].weight: must be an integer between 1 and 65535, but a string was given.");
    expect(text).toContain("config.vectordb.redis.host: must be a string, but 5 was given.");
  });
});

describe("hostile input", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the key %s is just unknown", (key) => {
    const config = JSON.parse(`{"${key}": {"polluted": true}, "targets": [{"${key}": 1, "model": {"${key}": {}}}]}`) as unknown;
    const paths = check(config).problems.map(({ path }) => path);
    expect(paths).toContainEqual([key]);
    expect(paths).toContainEqual(["targets", 0, key]);
    expect(paths).toContainEqual(["targets", 0, "model", key]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("metadata may be 10,000 levels deep", () => {
    let metadata: unknown = "bottom";
    for (let level = 0; level < 10_000; level++) metadata = { deeper: metadata };
    expect(check(withTarget({ metadata })).problems).toEqual([]);
    expect(check({ targets: metadata }).problems).toHaveLength(1);
  });

  test("a configuration that contains itself is refused, not followed for ever", () => {
    const config: Record<string, unknown> = { ...CHAT };
    config["balancer"] = config;
    expect(check(config).problems.length).toBeGreaterThan(0);
  });

  const FIELD = fc.constantFrom(
    "targets",
    "model",
    "options",
    "auth",
    "provider",
    "route_type",
    "balancer",
    "algorithm",
    "embeddings",
    "vectordb",
    "acls",
    "match",
    "__proto__",
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom("semantic", "openai", "bedrock", "gemini", "lowest-usage", "later", "", null, undefined, 0, -1, Number.NaN, true),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(FIELD, tie("tree"), { maxKeys: 5 }),
    ),
  }));

  test.each(["ai-proxy", "ai-proxy-advanced", "file-log"] as const)("whatever %s is given, it answers", (name) => {
    const answers = (config: unknown): void => {
      const { problems, config: result } = validatePlugin(name, config, { isDeferred: (value) => value === "later" });
      expect(result === undefined).toBe(problems.some(({ severity }) => severity === "error"));
    };
    fc.assert(fc.property(fc.oneof(tree, fc.jsonValue(), fc.anything()), answers), { numRuns: 300 });
  });
});
