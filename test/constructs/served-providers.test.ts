import { hasErrors } from "../../config/problem";
import { validatePlugin } from "../../config/validate";
import { AiProxyAdvanced, Auth, Target, type AzureAuthOptions } from "../../index";
import { CHAT, document, post, startTestGateway } from "../support/gateway";
import { chatAnswer, sendJson, TestUpstream } from "../support/upstream";
import { annotations, gatewayStack, KEY, pluginConfig, problems } from "./support";

const auth = Auth.bearer(KEY);

/** A target of each provider that speaks OpenAI's dialect, as it is written at the shortest; and at an address of its own. */
const TARGETS: Readonly<Record<string, readonly [Target, (upstreamUrl: string) => Target]>> = {
  azure: [
    Target.azure("gpt-4o", { auth: Auth.header("api-key", KEY), options: { instance: "my-res", deploymentId: "dep-1" } }),
    (upstreamUrl) => Target.azure("gpt-4o", { options: { instance: "my-res", deploymentId: "dep-1", apiVersion: "v1", upstreamUrl } }),
  ],
  cerebras: [Target.cerebras("gpt-oss-120b", { auth }), (upstreamUrl) => Target.cerebras("m", { options: { upstreamUrl } })],
  dashscope: [
    Target.dashscope("qwen-plus", { auth, options: { international: false } }),
    (upstreamUrl) => Target.dashscope("m", { options: { upstreamUrl } }),
  ],
  databricks: [
    Target.databricks("databricks-gpt-oss-20b", { auth, options: { workspaceInstanceId: "dbc-1" } }),
    (upstreamUrl) => Target.databricks("m", { options: { upstreamUrl } }),
  ],
  deepseek: [Target.deepseek("deepseek-chat", { auth }), (upstreamUrl) => Target.deepseek("m", { options: { upstreamUrl } })],
  huggingface: [Target.huggingface("org/model", { auth }), (upstreamUrl) => Target.huggingface("m", { options: { upstreamUrl } })],
  llama2: [
    Target.llama2("llama", { options: { format: "openai", upstreamUrl: "http://h:8080/v1/chat/completions" } }),
    (upstreamUrl) => Target.llama2("m", { options: { format: "openai", upstreamUrl } }),
  ],
  mistral: [Target.mistral("mistral-large-latest", { auth }), (upstreamUrl) => Target.mistral("m", { options: { upstreamUrl } })],
  ollama: [
    Target.ollama("qwen3", { options: { upstreamUrl: "http://h:11434/v1/chat/completions" } }),
    (upstreamUrl) => Target.ollama("m", { options: { upstreamUrl } }),
  ],
  openai: [Target.openai("gpt-4o", { auth }), (upstreamUrl) => Target.openai("m", { options: { upstreamUrl } })],
  vllm: [
    Target.vllm("llama", { options: { upstreamUrl: "http://h:8000" } }),
    (upstreamUrl) => Target.vllm("m", { options: { upstreamUrl } }),
  ],
  xai: [Target.xai("grok-4.5", { auth }), (upstreamUrl) => Target.xai("m", { options: { upstreamUrl } })],
};

test.each(Object.entries(TARGETS))("a target of %s is written, checked and served without a warning", (_provider, [target]) => {
  const { stack, gateway } = gatewayStack();
  new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets: [target] });
  expect(problems(stack)).toEqual([]);
  expect(annotations(stack, "warn")).toEqual([]);
  expect(hasErrors(validatePlugin("ai-proxy-advanced", pluginConfig(stack)).problems)).toBe(false);
});

const ENTRA = { clientId: "id", clientSecret: KEY, tenantId: "tenant" };

test.each<[string, AzureAuthOptions | undefined, object]>([
  ["the identity of the machine", undefined, {}],
  ["an identity of one's own", { clientId: "id" }, { azure_client_id: "id" }],
  ["a service principal", ENTRA, { azure_client_secret: expect.stringContaining("{vault:") as string }],
])("Azure with a token of %s: the token is asked for, and no warning comes", (_what, options, told) => {
  const { stack, gateway } = gatewayStack();
  const target = Target.azure("gpt-4o", { auth: Auth.azure(options), options: { instance: "my-res", deploymentId: "dep-1" } });
  new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets: [target] });
  expect([...problems(stack), ...annotations(stack, "warn")]).toEqual([]);
  expect(pluginConfig(stack)).toMatchObject({ targets: [{ auth: { azure_use_managed_identity: true, ...told } }] });
});

test.each([
  ["Ollama's own API", Target.ollama("m", { options: { upstreamUrl: "http://h:11434" } }), "upstream_url"],
  ["a format of Llama servers", Target.llama2("m", { options: { format: "raw", upstreamUrl: "http://h" } }), "llama2_format"],
  ["a format of Mistral servers", Target.mistral("m", { options: { format: "ollama", upstreamUrl: "http://h" } }), "mistral_format"],
])("%s, which is not served yet, is a warning that names the option", (_what, target, option) => {
  const { stack, gateway } = gatewayStack();
  new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets: [target] });
  expect(problems(stack)).toEqual([]);
  expect(annotations(stack, "warn")).toEqual([expect.stringContaining(`targets[0].model.options.${option}: route_type`)]);
});

test("what is written runs: each target takes its turn", async () => {
  const upstream = await TestUpstream.start();
  upstream.answer = (response) => sendJson(response, 200, chatAnswer("2"));
  const { stack, gateway } = gatewayStack();
  new AiProxyAdvanced(stack, "Chat", {
    route: gateway.route("chat", { paths: ["/chat"] }),
    targets: Object.entries(TARGETS).map(([provider, [, at]]) => at(`${upstream.origin}/${provider}/v1/chat/completions`)),
  });
  const { url, close } = await startTestGateway(document(pluginConfig(stack)));
  const answered = new Set<string | null>();
  for (let turn = 0; turn < Object.keys(TARGETS).length; turn++)
    answered.add((await post(`${url}/chat`, CHAT)).headers.get("x-kong-llm-model"));
  await close();
  await upstream.close();
  expect([...answered].sort()).toEqual(Object.keys(TARGETS).map((provider) => `${provider}/${provider === "azure" ? "gpt-4o" : "m"}`));
  expect(new Set(upstream.calls.map(({ url: at }) => at.split("/")[1]))).toEqual(new Set(Object.keys(TARGETS)));
});
