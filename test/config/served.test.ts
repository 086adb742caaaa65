import { ALGORITHMS, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "../../config/schema/vocabulary";
import { unserved } from "../../config/served";
import { formatPath } from "../../config/problem";
import { normalizeAiConfig, validatePlugin } from "../../config/validate";

const target = (more: object = {}, model: object = {}) => ({ route_type: "llm/v1/chat", model: { provider: "openai", ...model }, ...more });
const lines = (config: unknown, options = {}) =>
  unserved("ai-proxy-advanced", config, options).map(({ path, what, kind }) => `${kind} ${formatPath(path)} ${what}`);

describe("unserved", () => {
  it.each(PROVIDERS)("provider %s", (provider) => {
    const others = ["bedrock", "cohere", "gemini"];
    const expected = others.includes(provider) ? [`route targets[0].model.provider provider "${provider}"`] : [];
    const options = { mistral_format: "openai", llama2_format: "openai", upstream_url: "http://h/v1/chat/completions" };
    expect(lines({ targets: [target({}, { provider, options })] })).toEqual(expected);
  });

  it.each<[string, object | undefined, string]>([
    [
      "mistral",
      { mistral_format: "ollama" },
      'mistral_format route_type "llm/v1/chat" of provider "mistral" with another "mistral_format" than "openai"',
    ],
    ["mistral", undefined, 'mistral_format route_type "llm/v1/chat" of provider "mistral" with another "mistral_format" than "openai"'],
    [
      "llama2",
      { llama2_format: "raw" },
      'llama2_format route_type "llm/v1/chat" of provider "llama2" with another "llama2_format" than "openai"',
    ],
    [
      "ollama",
      { upstream_url: "http://secret@h/api/chat" },
      'upstream_url route_type "llm/v1/chat" of provider "ollama" with an "upstream_url" whose path does not end in "/v1/chat/completions"',
    ],
  ])("%s with %j, by the option that decides", (provider, options, expected) => {
    expect(lines({ targets: [target({}, { provider, options })] })).toEqual([`route targets[0].model.options.${expected}`]);
  });

  it("says nothing of an option whose value is not known yet", () => {
    const options = { upstream_url: "{vault://env/URL}" };
    const isKnown = (value: unknown): boolean => value !== options.upstream_url;
    expect(lines({ targets: [target({}, { provider: "ollama", options })] }, { isKnown })).toEqual([]);
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

  it("settings of Hugging Face's former API have no effect", () => {
    const options = { huggingface: { use_cache: false, wait_for_model: true } };
    expect(lines({ targets: [target({}, { provider: "huggingface", options })] })).toEqual([
      "setting targets[0].model.options.huggingface.wait_for_model wait_for_model",
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
