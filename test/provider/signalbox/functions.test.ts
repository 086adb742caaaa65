import { fromKong, GOOD, rendered, validate, withRoute, withTarget } from "./support";

describe("validate", () => {
  it("finds nothing in a good configuration", async () => {
    expect(await validate(GOOD)).toEqual([]);
    expect(await validate({})).toEqual([]);
  });

  it("finds names that core would drop, at any depth", async () => {
    const config = { ...withTarget({ wieght: 1, model: { provider: "openai", options: { max_tokns: 1 } } }, { targts: [] }), ai_prxy: [] };
    expect((await validate(config)).map(({ path, message }) => [path, /Did you mean "(.+?)"/.exec(message)?.[1]])).toEqual([
      ["ai_proxy_advanced[0].targets[0].model.options.max_tokns", "max_tokens"],
      ["ai_proxy_advanced[0].targets[0].wieght", "weight"],
      ["ai_proxy_advanced[0].targts", "targets"],
      ["ai_prxy", "ai_proxy"],
    ]);
    expect((await validate(withRoute({ path: ["/x"] }))).map(({ path }) => path)).toEqual(["ai_proxy_advanced[0].route.path"]);
  });

  it("names what the data source's schema would refuse", async () => {
    const { route } = GOOD.ai_proxy_advanced[0]!;
    expect(
      (await validate({ ai_proxy_advanced: [{ route }, { ...GOOD.ai_proxy_advanced[0], route: {} }] })).map(({ path }) => path),
    ).toEqual(["ai_proxy_advanced[0].targets", "ai_proxy_advanced[1].route", "ai_proxy_advanced[1].route.name"]);
  });

  it.each([
    ["a text", "x", ""],
    ["a list", [], ""],
    ["an object in the place of a list", { ai_proxy_advanced: GOOD.ai_proxy_advanced[0] }, "ai_proxy_advanced"],
    ["a text in the place of an element", { ai_proxy: ["x"] }, "ai_proxy[0]"],
    ["an object as metadata", withTarget({ metadata: { a: 1 } }), "ai_proxy_advanced[0].targets[0].metadata"],
    [
      "a text in the place of a route",
      { ai_proxy_advanced: [{ ...GOOD.ai_proxy_advanced[0], route: "/chat" }] },
      "ai_proxy_advanced[0].route",
    ],
  ])("takes %s", async (_, config, path) => {
    expect((await validate(config)).map((problem) => problem.path)).toEqual([path]);
  });

  it.each([
    ["a number in quotes", withTarget({ weight: "70" }), []],
    ["a flag in quotes", withTarget({ logging: { log_statistics: "true" } }), []],
    ["a number for a text", withTarget({ description: 5 }), []],
    ["a text for a number", withTarget({ weight: "x" }), ["ai_proxy_advanced[0].targets[0].weight"]],
    ["null for what was left out", withTarget({ weight: null, description: null }), []],
  ])("converts as core does: %s", async (_, config, paths) => {
    expect((await validate(config)).map(({ path }) => path)).toEqual(paths);
  });

  it("says that core takes no reference for a number", async () => {
    expect(await validate(withTarget({ weight: "{vault://env/WEIGHT}" }))).toEqual([
      { path: "ai_proxy_advanced[0].targets[0].weight", message: expect.stringContaining("only texts take references") as unknown },
    ]);
  });

  it("is silent about what is merely not served yet", async () => {
    expect(await validate(withTarget({ model: { provider: "cohere" } }))).toEqual([]);
  });

  it("never shows a secret", async () => {
    const problems = await validate(withTarget({ auth: { header_name: "a", header_value: "planted" } }));
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("planted");
  });
});

const TARGETS = `
      targets:
        - route_type: llm/v1/chat
          model: {provider: openai, name: gpt-4o}
          auth: {header_name: Authorization, header_value: "Bearer {vault://env/KEY}"}
          weight: 70
`;
const TARGET = {
  route_type: "llm/v1/chat",
  model: { provider: "openai", name: "gpt-4o" },
  auth: { header_name: "Authorization", header_value: "Bearer {vault://env/KEY}" },
  weight: 70,
};

describe("from_kong", () => {
  it("reads a plugin on a route, nested or flat, and drops what only Kong's tools need", async () => {
    const plugin = `name: ai-proxy-advanced\n    config:${TARGETS}`;
    const route = "{name: chat, paths: [/chat], strip_path: false, id: null, request_buffering: true, created_at: 1}";
    const expected = {
      ai_proxy_advanced: [{ route: { name: "chat", paths: ["/chat"], strip_path: false }, targets: [TARGET] }],
      ai_proxy: [],
    };
    expect(await fromKong(`_format_version: "3.0"\nroutes:\n- ${route}\nplugins:\n  - ${plugin}    route: chat\n`)).toEqual(expected);
    const nested = `_format_version: "3.0"\nservices:\n- name: s\n  url: http://x\n  routes:\n  - name: chat\n    paths: [/chat]\n    strip_path: false\n    plugins:\n    - name: ai-proxy-advanced\n      config:${TARGETS.replaceAll("\n", "\n    ")}`;
    expect(await fromKong(nested)).toEqual(expected);
    expect(await rendered(expected)).toMatchObject({ services: [{ routes: [{ name: "chat" }] }] });
  });

  it.each([
    ["a plugin", `name: ai-proxy-advanced\nconfig:${TARGETS}`],
    ["a plugin's config", TARGETS],
    ["JSON", JSON.stringify({ targets: [TARGET] })],
    ["a global plugin without a route", `_format_version: "3.0"\nplugins:\n  - name: ai-proxy-advanced\n    config:${TARGETS}`],
  ])("reads %s, to which a route is merged", async (_, yaml) => {
    expect(await fromKong(yaml)).toEqual({ ai_proxy_advanced: [{ targets: [TARGET] }], ai_proxy: [] });
  });

  it("reads ai-proxy", async () => {
    const { route_type, model } = TARGET;
    expect(await fromKong(JSON.stringify({ name: "ai-proxy", config: { route_type, model, auth: null } }))).toEqual({
      ai_proxy_advanced: [],
      ai_proxy: [{ route_type, model }],
    });
  });

  it("puts a plugin of a service on its routes, but where a route has its own", async () => {
    const config = (weight: number) => `{targets: [{route_type: llm/v1/chat, model: {provider: openai}, weight: ${weight}}]}`;
    const yaml = `_format_version: "3.0"
plugins: [{name: ai-proxy-advanced, config: ${config(1)}}]
services:
- {name: off, url: "http://x", enabled: false, routes: [{name: d, paths: [/d]}]}
- {name: plain, url: "http://x", routes: [{name: a, paths: [/a]}]}
- name: own
  url: http://x
  plugins: [{name: ai-proxy-advanced, config: ${config(2)}}, {name: ai-proxy, enabled: false, config: {}}]
  routes: [{name: b, paths: [/b]}, {name: c, paths: [/c], plugins: [{name: ai-proxy-advanced, config: ${config(3)}}]}]
`;
    const { ai_proxy_advanced: elements } = (await fromKong(yaml)) as {
      ai_proxy_advanced: { route: { name: string }; targets: { weight: number }[] }[];
    };
    const weights = Object.fromEntries(elements.map(({ route, targets }) => [route.name, targets[0]!.weight]));
    expect(weights).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("keeps metadata as JSON, null included, and comes out as it went in", async () => {
    const value = await fromKong(JSON.stringify({ targets: [{ ...TARGET, metadata: { a: null, b: [1] } }] }));
    expect(value).toEqual({ ai_proxy_advanced: [{ targets: [{ ...TARGET, metadata: '{"a":null,"b":[1]}' }] }], ai_proxy: [] });
  });

  it.each([
    ["no YAML", "a: [", /^1:\d+: error: /],
    ["a list", "[]", /must be a Kong file/],
    [
      "an unknown field",
      "targets:\n  - route_type: llm/v1/chat\n    modl: {}\n    model: {provider: openai}",
      /^3:5: error: targets\[0\]\.modl: .*Did you mean "model"/,
    ],
    ["a misspelled plugin", "name: ai-prxy\nconfig: {}", /"ai-proxy".*Did you mean "ai-proxy"/],
    [
      "a plugin that the data source has not",
      '_format_version: "3.0"\nplugins: [{name: key-auth, config: {}}]',
      /2:\d+: error: plugins\[0\]\.name: .*"key-auth"/,
    ],
    ["a consumer's plugin", `_format_version: "3.0"\nconsumers: [{username: u, plugins: [{name: ai-proxy, config: {}}]}]`, /consumer/],
    [
      "a route without a name",
      `_format_version: "3.0"\nroutes: [{paths: [/x], plugins: [{name: ai-proxy, config: {route_type: llm/v1/chat, model: {provider: openai}}}]}]`,
      /must have a name/,
    ],
    ["a file of another version", '_format_version: "1.1"\nplugins: []', /must be the text "3\.0"/],
    [
      "a reference in the place of a number",
      JSON.stringify({ targets: [{ ...TARGET, weight: "{vault://env/W}" }] }),
      /targets\[0\]\.weight: .*only texts take references/,
    ],
    [
      "a condition",
      `_format_version: "3.0"\nplugins: [{name: ai-proxy, condition: x, config: {route_type: llm/v1/chat, model: {provider: openai}}}]`,
      /condition/,
    ],
  ])("refuses %s with its place", async (_, yaml, message) => {
    await expect(fromKong(yaml)).rejects.toThrow(message);
  });

  it("tells all problems, each on a line", async () => {
    await expect(fromKong("targets:\n  - route_type: x\n    weight: 0\n    model: {}\n")).rejects.toThrow(/(?:.*error.*\n){2}.*error/);
  });

  it("looks nothing up", async () => {
    process.env["DECK_X"] = "resolved";
    const value = await fromKong(JSON.stringify({ targets: [{ ...TARGET, description: '${{ env "DECK_X" }}' }] }));
    delete process.env["DECK_X"];
    expect(JSON.stringify(value)).not.toContain("resolved");
  });
});
