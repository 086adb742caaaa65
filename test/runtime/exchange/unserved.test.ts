import { ALGORITHMS, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";
import { unserved } from "../../../config/served";
import { algorithms } from "../../../runtime/balancers";
import { providers } from "../../../runtime/providers";
import { surfaces } from "../../../runtime/surfaces";
import { CHAT, document, post, startTestGateway, target } from "../../support/gateway";
import { TestUpstream } from "../../support/upstream";

/** What the rules ask of some providers. */
const OPTIONS: Readonly<Record<string, object>> = {
  anthropic: { anthropic_version: "2023-06-01" },
  azure: { azure_instance: "i", azure_deployment_id: "d" },
  databricks: { databricks: { workspace_instance_id: "w" } },
  llama2: { llama2_format: "openai" },
  mistral: { mistral_format: "openai" },
  ollama: { upstream_url: "http://127.0.0.1:9/v1/chat/completions" },
};

const SEMANTIC = {
  embeddings: { model: { provider: "openai", name: "text-embedding-3-small" } },
  vectordb: { strategy: "redis", dimensions: 3, distance_metric: "cosine", redis: { host: "127.0.0.1" } },
};

let upstream: TestUpstream;
beforeAll(async () => {
  upstream = await TestUpstream.start();
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(() => upstream.close());

async function status(config: object): Promise<{ status: number; text: string }> {
  const { url, close } = await startTestGateway(document(config));
  const response = await post(`${url}/chat`, CHAT);
  const text = await response.text();
  await close();
  return { status: response.status, text };
}

const targetOf = (provider: string, route_type: string): object => ({
  route_type,
  description: "d",
  model: { provider, name: "m", options: { upstream_url: `${upstream.origin}/x`, ...OPTIONS[provider] } },
});

test.each(PROVIDERS)("provider %s is served or answers 501 naming it", async (provider) => {
  const { status: code, text } = await status({ targets: [targetOf(provider, "llm/v1/chat")] });
  if (providers.has(provider)) expect(code).not.toBe(501);
  else {
    expect(code).toBe(501);
    expect(text).toContain(provider);
    expect(upstream.calls).toHaveLength(0);
  }
});

test.each<[string, object, string]>([
  ["mistral", { mistral_format: "ollama" }, "mistral_format"],
  ["llama2", { llama2_format: "raw" }, "llama2_format"],
  ["ollama", { upstream_url: "http://127.0.0.1:9/api/chat" }, "upstream_url"],
])(
  "provider %s with %j answers 501 naming what it depends on, and other routes of the file are served",
  async (provider, options, name) => {
    const route = (path: string, only: object): object => ({
      name: path,
      paths: [`/${path}`],
      plugins: [{ name: "ai-proxy-advanced", config: { targets: [only] } }],
    });
    const notServed = {
      route_type: "llm/v1/chat",
      model: { provider, name: "m", options: { upstream_url: `${upstream.origin}/x`, ...OPTIONS[provider], ...options } },
    };
    const { url, close } = await startTestGateway({
      _format_version: "3.0",
      services: [{ name: "ai", url: "http://localhost:32000", routes: [route("chat", notServed), route("other", target(upstream.url))] }],
    });
    const refused = await post(`${url}/chat`, CHAT);
    expect(refused.status).toBe(501);
    expect(await refused.text()).toContain(name);
    const { status: served } = await post(`${url}/other`, CHAT);
    await close();
    expect(served).toBe(200);
  },
);

test.each(ROUTE_TYPES)("route type %s is served or answers 501 naming it", async (routeType) => {
  const config = { targets: [targetOf("openai", routeType)] };
  const { status: code, text } = await status(config);
  if (surfaces.has(routeType)) {
    expect(code).not.toBe(501);
  } else {
    expect(code).toBe(501);
    expect(text).toContain(routeType);
    expect(upstream.calls).toHaveLength(0);
  }
});

test.each(ALGORITHMS)("algorithm %s is served or answers 501 naming it", async (algorithm) => {
  const { status: code, text } = await status({
    balancer: { algorithm },
    ...(algorithm === "semantic" && SEMANTIC),
    targets: [{ ...target(upstream.url), description: "d" }],
  });
  expect(code).toBe(algorithms.has(algorithm) ? 200 : 501);
  if (code === 501) expect(text).toContain(algorithm);
});

test.each(LLM_FORMATS)("llm_format %s is served or answers 501 naming it", async (format) => {
  const provider = format === "anthropic" || format === "openai" ? "openai" : format;
  const { status: code, text } = await status({ llm_format: format, targets: [targetOf(provider, "llm/v1/chat")] });
  expect(code).toBe(format === "openai" ? 200 : 501);
  if (code === 501) expect(text).toContain(format);
});

test("access rules are never ignored", async () => {
  const rule = { match: [{ type: "ip", values: ["10.0.0.0/8"] }] };
  const { status: code, text } = await status({ acls: { allow: [rule] }, targets: [target(upstream.url)] });
  expect(code).toBe(501);
  expect(text).toContain("acls");
});

test("the table of what is served agrees with what is built", () => {
  const gaps = (config: object): readonly string[] =>
    unserved("ai-proxy-advanced", config)
      .filter((gap) => gap.kind === "route")
      .map((gap) => gap.what);
  for (const provider of PROVIDERS)
    expect(gaps({ targets: [targetOf(provider, "llm/v1/chat")] }).length === 0).toBe(providers.has(provider));
  for (const routeType of ROUTE_TYPES)
    expect(gaps({ targets: [targetOf("openai", routeType)] }).length === 0).toBe(surfaces.has(routeType));
  for (const algorithm of ALGORITHMS) expect(gaps({ balancer: { algorithm } }).length === 0).toBe(algorithms.has(algorithm));
});
