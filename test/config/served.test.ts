import { ALGORITHMS, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../config/schema/vocabulary";
import { unserved } from "../../config/served";
import { formatPath } from "../../config/problem";
import { normalizeAiConfig, validatePlugin } from "../../config/validate";

const target = (more: object = {}, model: object = {}) => ({ route_type: "llm/v1/chat", model: { provider: "openai", ...model }, ...more });
const lines = (config: unknown, options = {}) =>
  unserved("ai-proxy-advanced", config, options).map(({ path, what, kind }) => `${kind} ${formatPath(path)} ${what}`);

describe("unserved", () => {
  it.each(PROVIDERS)("provider %s", (provider) => {
    const expected = provider === "openai" || provider === "anthropic" ? [] : [`route targets[0].model.provider provider "${provider}"`];
    expect(lines({ targets: [target({}, { provider })] })).toEqual(expected);
  });

  it.each(ROUTE_TYPES)("route type %s", (routeType) => {
    const isServed = ["llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings", "preserve"].includes(routeType);
    expect(lines({ targets: [target({ route_type: routeType })] })).toEqual(
      isServed ? [] : [`route targets[0].route_type route_type "${routeType}"`],
    );
  });

  it.each(ALGORITHMS)("algorithm %s", (algorithm) => {
    expect(lines({ balancer: { algorithm }, targets: [] })).toEqual(
      algorithm !== "semantic" ? [] : [`route balancer.algorithm algorithm "${algorithm}"`],
    );
  });

  it.each(LLM_FORMATS)("format %s", (format) => {
    expect(lines({ llm_format: format, targets: [] })).toEqual(format === "openai" ? [] : [`route llm_format llm_format "${format}"`]);
  });

  it("settings only where they are set, access rules as a whole route", () => {
    expect(
      lines({
        acls: { deny: [] },
        balancer: { retries: 5, max_fails: 3, slots: 100, failover_criteria: [] },
        extensions: { deadline: 5, resume_streams: "prefill", shared_state: "redis", redis: {} },
        vectordb: {},
        embeddings: {},
        targets: [target({ auth: { aws_access_key_id: "x", azure_use_managed_identity: false } })],
      }),
    ).toEqual([
      "route acls acls",
      "setting embeddings embeddings",
      "setting vectordb vectordb",
      "setting targets[0].auth.aws_access_key_id aws_access_key_id",
    ]);
  });

  it("says nothing of defaults that were filled in", () => {
    const auth = { gcp_service_account_json: "x" };
    const { config } = validatePlugin("ai-proxy-advanced", { targets: [target({ auth })] });
    expect(lines(normalizeAiConfig("ai-proxy-advanced", config!), { defaultsApplied: true })).toEqual([
      "setting targets[0].auth.gcp_service_account_json gcp_service_account_json",
    ]);
  });

  it("a vector store is served where shared state is kept in it", () => {
    const vectordb = { strategy: "redis" };
    expect(lines({ targets: [target()], vectordb, extensions: { shared_state: "redis" } })).toEqual([]);
    expect(lines({ targets: [target()], vectordb, extensions: { shared_state: "local" } })).toEqual(["setting vectordb vectordb"]);
  });

  it("a judge that is not served stops no route", () => {
    const judge = { target: target({ route_type: "llm/v1/responses", auth: { aws_access_key_id: "x" } }, { provider: "bedrock" }) };
    expect(lines({ targets: [target()], extensions: { judge } })).toEqual([
      'setting extensions.judge.target.model.provider provider "bedrock"',
      'setting extensions.judge.target.route_type route_type "llm/v1/responses"',
      "setting extensions.judge.target.auth.aws_access_key_id aws_access_key_id",
    ]);
  });

  it("says nothing of values that are not known, and never throws", () => {
    expect(lines({ targets: [target({}, { provider: "{vault://env/P}" })] }, { isKnown: () => false })).toEqual([]);
    for (const odd of [null, 3, "x", [], { targets: 3 }, { targets: [null, 1] }, { balancer: [] }, { extensions: { judge: 3 } }])
      expect(lines(odd)).toEqual([]);
  });

  it("knows ai-proxy, whose target is at the top", () => {
    expect(unserved("ai-proxy", target({}, { provider: "cohere" }))).toEqual([
      { path: ["model", "provider"], what: 'provider "cohere"', kind: "route" },
    ]);
  });
});
