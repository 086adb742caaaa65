import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { parse } from "yaml";
import { UNKNOWN } from "../../../provider/framework";
import { runExample, runtimeFolder, stackText } from "../../examples/support";
import { GOOD, read, rendered, validateConfig, withRoute, withTarget } from "./support";

const document = (routes: readonly unknown[], name = "signalbox") => ({
  _format_version: "3.0",
  services: [{ name, url: "http://localhost:32000", routes }],
});

describe("what is rendered", () => {
  it("is Kong's document, in which only what was given stands", async () => {
    const [{ route, targets }] = GOOD.ai_proxy_advanced as [(typeof GOOD.ai_proxy_advanced)[0]];
    expect(await rendered(GOOD)).toEqual(document([{ ...route, plugins: [{ name: "ai-proxy-advanced", config: { targets } }] }]));
  });

  it("takes both plugins, a name and every criterion of a route", async () => {
    const route = {
      name: "all",
      paths: ["~/x/(?<y>[a-z]+)$"],
      methods: ["POST"],
      hosts: ["*.example.com"],
      headers: { "x-team": ["a", "b"] },
      strip_path: false,
      preserve_host: true,
      regex_priority: 3,
      protocols: ["https"],
      tags: ["t"],
    };
    const config = { route_type: "llm/v1/chat", model: { provider: "openai" } };
    const [, second] = (
      (await rendered({ ...GOOD, name: "edge", ai_proxy: [{ route, ...config }] })) as ReturnType<typeof document> & {
        services: [{ routes: unknown[] }];
      }
    ).services[0].routes;
    expect(second).toEqual({ ...route, plugins: [{ name: "ai-proxy", config }] });
  });

  it("equals what examples/quickstart.ts synthesizes", async () => {
    const runtime = runtimeFolder();
    const folder = runExample("quickstart", runtime);
    const { locals } = JSON.parse(stackText(folder, "quickstart")) as {
      locals: {
        gateway_configuration: {
          services: [{ name: string; routes: [{ name: string; paths: string[]; plugins: [{ config: Record<string, unknown> }] }] }];
        };
      };
    };
    const [service] = locals.gateway_configuration.services;
    const { plugins, ...route } = service.routes[0];
    const { state } = await read({ name: service.name, ai_proxy_advanced: [{ route, ...plugins[0].config }] });
    expect(JSON.parse(state!.json)).toEqual(locals.gateway_configuration);
    for (const path of [runtime, folder]) rmSync(path, { recursive: true });
  });

  it("has sorted keys and Terraform's escapes, and the same content as YAML", async () => {
    const { state } = await read(withTarget({ metadata: JSON.stringify({ z: 1, a: [null, "<&>"] }), description: "a\u2028b" }));
    expect(state!.json).toContain('"metadata":{"a":[null,"\\u003c\\u0026\\u003e"],"z":1}');
    expect(state!.json).toContain("a\\u2028b");
    expect(state!.json.startsWith('{"_format_version":"3.0","services":[{"name":"signalbox","routes":[')).toBe(true);
    expect(parse(state!.yaml)).toEqual(JSON.parse(state!.json));
    expect(state!.sha256).toBe(createHash("sha256").update(state!.json).digest("hex"));
  });

  it("looks nothing up", async () => {
    process.env["DECK_UNLUCKY"] = "sk-0123456789abcdef0123";
    const { state } = await read(withTarget({ auth: { header_name: "x", header_value: '${{ env "DECK_UNLUCKY" }}' } }));
    delete process.env["DECK_UNLUCKY"];
    expect(state!.json).toContain('${{ env \\"DECK_UNLUCKY\\" }}');
    expect(state!.json).not.toContain("sk-0123");
  });

  it("may be empty", async () => {
    expect(await rendered({})).toEqual(document([]));
  });
});

describe("problems", () => {
  const at = "ai_proxy_advanced[0]";

  it.each<readonly [what: string, config: unknown, path: string, message: RegExp]>([
    ["a number out of range", withTarget({ weight: 0 }), `${at}.targets[0].weight`, /between 1 and 65535, but 0/],
    ["an unknown word", withTarget({ route_type: "llm/v1/chatt" }), `${at}.targets[0].route_type`, /Did you mean "llm\/v1\/chat"/],
    ["a broken rule across fields", withTarget({ auth: { header_name: "a" } }), `${at}.targets[0].auth.header_value`, /must be given too/],
    [
      "an operation that a provider lacks",
      withTarget({ model: { provider: "cerebras" }, route_type: "llm/v1/embeddings" }),
      `${at}.targets[0].route_type`,
      /cerebras serves/,
    ],
    ["a route without criteria", withRoute({ paths: null }), `${at}.route`, /one of paths, methods, hosts and headers/],
    ["a wrong path", withRoute({ paths: ["/a", "chat"] }), `${at}.route.paths[1]`, /must begin with "\/"/],
    ["a wrong header", withRoute({ headers: { "x.y": ["a"], "b c": ["a"] } }), `${at}.route.headers["b c"]`, /name of a header/],
    ["a wrong name of a route", withRoute({ name: "a b" }), `${at}.route.name`, /letters, digits/],
    ["a wrong name", { ...GOOD, name: "a/b" }, "name", /letters, digits/],
    ["metadata that is no JSON", withTarget({ metadata: "{" }), `${at}.targets[0].metadata`, /jsonencode/],
    ["metadata that is no object", withTarget({ metadata: "[1]" }), `${at}.targets[0].metadata`, /jsonencode.*an array/],
    ["a malformed reference", withTarget({ description: "{vault://file/../x}" }), `${at}.targets[0].description`, /relative path/],
    [
      "a vault that is not served",
      withTarget({ auth: { header_name: "a", header_value: "{vault://aws/x}" } }),
      `${at}.targets[0].auth.header_value`,
      /vault "aws" is not served/,
    ],
  ])("%s", async (_, config, path, message) => {
    const errors = (await validateConfig(config)).filter(({ severity }) => severity === "error");
    expect(errors).toEqual([{ severity: "error", path, detail: expect.stringMatching(message) as unknown }]);
    expect(errors[0]!.detail.startsWith(`${path}: `)).toBe(true);
    const { state, said } = await read(config);
    expect(state).toBeUndefined();
    expect(said.filter((one) => one.path === path)).toHaveLength(1);
  });

  it("come all at once, in the order of their places", async () => {
    const config = {
      ...withTarget({ weight: 70000, auth: { header_name: "a", header_value: "plain" } }, { balancer: { retries: -1 } }),
      ai_proxy: [{ route: { name: "chat", paths: ["x"] }, route_type: "llm/v1/chat", model: { provider: "openai" } }],
    };
    expect((await validateConfig(config)).filter(({ severity }) => severity === "error").map(({ path }) => path)).toEqual([
      "ai_proxy[0].route.name",
      "ai_proxy[0].route.paths[0]",
      "ai_proxy_advanced[0].balancer.retries",
      "ai_proxy_advanced[0].targets[0].auth.header_value",
      "ai_proxy_advanced[0].targets[0].weight",
    ]);
  });

  it("are warnings where something is valid but not served yet", async () => {
    const { said, state } = await read(withTarget({ model: { provider: "cohere" } }));
    expect(state).toBeDefined();
    expect(said).toContainEqual({
      severity: "warning",
      path: `${at}.targets[0].model.provider`,
      detail: expect.stringContaining("not served by this version yet") as unknown,
    });
  });
});

describe("secrets", () => {
  const SECRET = "planted-0123456789";

  it.each([
    ["auth", (secret: string) => withTarget({ auth: { header_name: "a", header_value: secret } }), "targets[0].auth.header_value"],
    [
      "parameters",
      (secret: string) => withTarget({ auth: { param_name: "a", param_value: secret, param_location: "query" } }),
      "targets[0].auth.param_value",
    ],
    [
      "cloud keys",
      (secret: string) => withTarget({ auth: { aws_access_key_id: secret, aws_secret_access_key: "{vault://env/X}" } }),
      "targets[0].auth.aws_access_key_id",
    ],
  ])("of %s take references alone", async (_, config, path) => {
    const errors = (await validateConfig(config(SECRET))).filter(({ severity }) => severity === "error");
    expect(errors.map((error) => error.path)).toEqual([`ai_proxy_advanced[0].${path}`]);
    expect(errors[0]!.detail).toContain("must be a reference");
    expect(JSON.stringify([errors, await read(config(SECRET))])).not.toContain(SECRET);
    expect((await validateConfig(config("Bearer {vault://env/KEY}"))).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it.each([
    ["beside a reference", (secret: string) => withTarget({ auth: { header_name: "a", header_value: `${secret} {vault://env/X}` } })],
    ["in another field", (secret: string) => withTarget({ description: secret })],
    ["in a field of words", (secret: string) => withTarget({ model: { provider: secret } })],
    ["in a route", (secret: string) => withRoute({ hosts: [secret] })],
    ["in free-form metadata", (secret: string) => withTarget({ metadata: JSON.stringify({ a: { b: [secret] } }) })],
  ])("that look like one are refused %s", async (_, config) => {
    const secret = "sk-planted0123456789abcdef";
    const errors = (await validateConfig(config(secret))).filter(({ severity }) => severity === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]!.detail).toContain("looks like an API key");
    expect(JSON.stringify(errors)).not.toContain("planted");
  });
});

describe("values that are not known yet", () => {
  it.each([
    ["everything", { ai_proxy_advanced: UNKNOWN }],
    ["an element", { ai_proxy_advanced: [UNKNOWN] }],
    ["a route", { ai_proxy_advanced: [{ ...GOOD.ai_proxy_advanced[0], route: UNKNOWN }] }],
    ["a criterion", withRoute({ paths: UNKNOWN, name: UNKNOWN })],
    ["a part of a criterion", withRoute({ paths: ["/a", UNKNOWN], headers: { a: [UNKNOWN] } })],
    ["the targets", { ai_proxy_advanced: [{ ...GOOD.ai_proxy_advanced[0], targets: UNKNOWN }] }],
    [
      "a number, a word, a secret",
      withTarget({ weight: UNKNOWN, route_type: UNKNOWN, auth: { header_name: UNKNOWN, header_value: UNKNOWN } }),
    ],
    ["metadata and a name", { ...withTarget({ metadata: UNKNOWN }), name: UNKNOWN }],
  ])("are no problem: %s", async (_, config) => {
    expect(await validateConfig(config)).toEqual([]);
  });

  it("hide no problem beside them", async () => {
    const said = await validateConfig(withTarget({ weight: 0, model: { provider: "openai", name: UNKNOWN } }, { route: UNKNOWN }));
    expect(said.map(({ path }) => path)).toEqual(["ai_proxy_advanced[0].targets[0].weight"]);
  });
});
