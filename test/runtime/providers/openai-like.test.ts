import { fc } from "../../support/properties";
import type { Provider as ProviderName, RouteType } from "../../../config/types.generated";
import type { Call } from "../../../runtime/codecs/codec";
import { OPENAI_LIKE } from "../../../runtime/providers/openai-like-rows";
import { addressOf, callOf, CHAT, COMPLETIONS, optionsOf, serviceOf } from "./support";

/** What makes each provider serve a chat, at the shortest. */
const SERVED: Readonly<Partial<Record<ProviderName, object>>> = {
  databricks: { databricks: { workspace_instance_id: "dbc-1" } },
  llama2: { llama2_format: "openai", upstream_url: "http://h:8080/v1/chat/completions" },
  mistral: { mistral_format: "openai" },
  ollama: { upstream_url: "http://h:11434/v1/chat/completions" },
  vllm: { upstream_url: "http://h:8000/v1/chat/completions" },
};

const NAMES = OPENAI_LIKE.map(({ name }) => name);
const AZURE = { azure_instance: "i", azure_deployment_id: "d" };

test("there are the eleven rows, each once", () => {
  expect(NAMES).toEqual([
    ...["cerebras", "dashscope", "databricks", "deepseek", "huggingface", "llama2", "mistral", "ollama", "openai", "vllm", "xai"],
  ]);
});

describe("addresses", () => {
  test.each<[ProviderName, RouteType, object, string]>([
    ["cerebras", CHAT, {}, "https://api.cerebras.ai/v1/chat/completions"],
    ["dashscope", CHAT, {}, "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions"],
    ["dashscope", CHAT, { dashscope: { international: true } }, "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions"],
    ["dashscope", CHAT, { dashscope: { international: false } }, "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions"],
    [
      "databricks",
      CHAT,
      { databricks: { workspace_instance_id: "dbc-0123abcd-45ef" } },
      "https://dbc-0123abcd-45ef.cloud.databricks.com/serving-endpoints/v1/chat/completions",
    ],
    ["databricks", CHAT, { upstream_url: "https://adb-1.2.azuredatabricks.net/x" }, "https://adb-1.2.azuredatabricks.net/x"],
    ["deepseek", CHAT, {}, "https://api.deepseek.com/v1/chat/completions"],
    ["huggingface", CHAT, {}, "https://router.huggingface.co/v1/chat/completions"],
    [
      "huggingface",
      CHAT,
      { upstream_url: "https://e.endpoints.huggingface.cloud" },
      "https://e.endpoints.huggingface.cloud/v1/chat/completions",
    ],
    ["huggingface", CHAT, { upstream_url: "https://h/models/m/" }, "https://h/models/m/v1/chat/completions"],
    ["huggingface", CHAT, { upstream_url: "https://h/v1/" }, "https://h/v1/chat/completions"],
    ["huggingface", CHAT, { upstream_url: "https://h/v1/chat/completions?a=b" }, "https://h/v1/chat/completions?a=b"],
    ["llama2", CHAT, { llama2_format: "openai", upstream_url: "http://h:8080/x" }, "http://h:8080/x"],
    ["llama2", COMPLETIONS, { llama2_format: "openai", upstream_url: "http://h:8080/y" }, "http://h:8080/y"],
    ["mistral", CHAT, { mistral_format: "openai" }, "https://api.mistral.ai/v1/chat/completions"],
    ["ollama", CHAT, { upstream_url: "http://h:11434/v1/chat/completions" }, "http://h:11434/v1/chat/completions"],
    ["openai", CHAT, {}, "https://api.openai.com/v1/chat/completions"],
    ["openai", COMPLETIONS, {}, "https://api.openai.com/v1/completions"],
    ["openai", CHAT, { upstream_url: "http://h" }, "http://h/"],
    ["vllm", CHAT, { upstream_url: "http://h:8000" }, "http://h:8000/v1/chat/completions"],
    ["vllm", CHAT, { upstream_url: "http://h:8000/?a=b" }, "http://h:8000/v1/chat/completions?a=b"],
    ["vllm", CHAT, { upstream_url: "http://h:8000/llm/chat" }, "http://h:8000/llm/chat"],
    ["xai", CHAT, {}, "https://api.x.ai/v1/chat/completions"],
  ])("%s, %s with %j: %s", (provider, routeType, options, expected) => {
    expect(addressOf(provider, routeType, options)).toBe(expected);
  });

  test.each(NAMES)("%s: an upstream_url with a path of another kind is the address, the client's query goes with it", (name) => {
    const options = { ...SERVED[name], upstream_url: `http://h:1/gate/v1/chat/completions?version=1` };
    expect(addressOf(name, CHAT, options, "a=1&version=2")).toBe("http://h:1/gate/v1/chat/completions?a=1&version=1");
    expect(addressOf(name, CHAT, options, "")).toBe("http://h:1/gate/v1/chat/completions?version=1");
  });

  test.each(NAMES)("%s: preserve takes the client's path and query", (name) => {
    const { origin } = new URL(addressOf(name, CHAT, SERVED[name]));
    expect(addressOf(name, "preserve", SERVED[name], "a=%20")).toBe(`${origin}?a=%20`);
  });

  test.each(["vllm", "llama2", "ollama"] as const)("%s has no address of its own", (name) => {
    const service = serviceOf(name, "preserve", SERVED[name]);
    expect(() => service.address(optionsOf(), { model: "m", stream: false })).toThrow(
      expect.objectContaining({ code: "bad_endpoint" }) as Error,
    );
  });
});

const MESSAGES = { messages: [{ role: "user", content: "hi" }] };

/** What a provider is sent besides the conversation and the model, as it reads it. */
function sent(name: ProviderName, members: object, more: Partial<Call> = {}): object {
  const call = callOf(CHAT, JSON.stringify({ ...MESSAGES, ...members }), { model: "m", ...more });
  const service = serviceOf(name, CHAT, { ...SERVED[name], ...AZURE });
  const body = JSON.parse(service.codec.begin(call).body!.toString()) as object;
  return Object.fromEntries(Object.entries(body).filter(([member]) => member !== "messages" && member !== "model"));
}

const droppedBy = (name: ProviderName, members: object, model = "m"): readonly string[] => {
  const call = callOf(CHAT, JSON.stringify({ ...MESSAGES, ...members }), { model });
  return serviceOf(name, CHAT, { ...SERVED[name], ...AZURE }).codec.begin(call).dropped;
};

const lackedBy = (name: ProviderName, members: object): readonly string[] => {
  const { ask, model } = callOf(CHAT, JSON.stringify({ ...MESSAGES, ...members }));
  return serviceOf(name, CHAT, { ...SERVED[name], ...AZURE })
    .codec.lacks(ask, model)
    .map(({ field }) => field);
};

describe("members that a provider refuses", () => {
  const HINTS = { seed: 1, user: "u", store: true, service_tier: "auto", verbosity: "low", top_k: 5, temperature: 0.5, top_p: 0.9 };

  test.each<[ProviderName, readonly string[]]>([
    ["azure", ["top_k"]],
    ["cerebras", ["top_k", "service_tier", "store", "verbosity"]],
    ["dashscope", []],
    ["databricks", []],
    ["deepseek", []],
    ["huggingface", []],
    ["llama2", []],
    ["mistral", ["seed", "top_k", "user", "service_tier", "store", "verbosity"]],
    ["ollama", []],
    ["openai", ["top_k"]],
    ["vllm", []],
    ["xai", []],
  ])("%s: hints are left out (%j), counted, and the rest is sent", (name, expected) => {
    expect(droppedBy(name, HINTS)).toEqual(expected);
    const left = Object.fromEntries(Object.entries(HINTS).filter(([member]) => !expected.includes(member)));
    expect(sent(name, HINTS)).toEqual(left);
  });

  test.each([...NAMES, "azure"] as const)("%s: a refused member is neither added by an option nor put in by extra_body", (name) => {
    const known = !droppedBy(name, { top_k: 5 }).includes("top_k");
    const parameters = { defaults: [["top_k", "7"]], maxTokens: undefined } as const;
    expect(sent(name, {}, { parameters })).toEqual(known ? { top_k: 7 } : {});
    expect(sent(name, { extra_body: { top_k: 8 } })).toEqual(known ? { top_k: 8 } : {});
  });

  test.each([
    ["grok-4.5", true],
    ["grok-4-0709", true],
    ["grok-3-mini", true],
    ["grok-3", false],
    ["other-grok-4", false],
  ])("xai: penalties are left out for models that refuse them: %s %s", (model, refused) => {
    const members = { presence_penalty: 1, frequency_penalty: 0, stop: ["x"] };
    expect(droppedBy("xai", members, model)).toEqual(refused ? ["frequency_penalty", "presence_penalty"] : []);
    expect(sent("xai", members, { model })).toEqual(refused ? { stop: ["x"] } : members);
  });

  test.each<[ProviderName, object, readonly string[]]>([
    ["mistral", { logprobs: true, top_logprobs: 3 }, ["logprobs", "top_logprobs"]],
    ["mistral", { logit_bias: { 5: -100 } }, ["logit_bias"]],
    ["mistral", { logit_bias: Object.fromEntries(Array.from({ length: 2000 }, (_, token) => [token, 1])) }, ["logit_bias"]],
    ["mistral", { modalities: ["text", "audio"], audio: { voice: "a" } }, ["audio", "modalities"]],
    ["mistral", { web_search_options: {} }, ["web_search_options"]],
    ["mistral", { logprobs: false, logit_bias: {}, top_logprobs: 0, modalities: ["text"], audio: null }, []],
    ["cerebras", { logit_bias: { 5: -100 }, logprobs: true }, ["logit_bias"]],
    ["openai", { logprobs: true, logit_bias: { 5: 1 } }, []],
    ["azure", { logprobs: true }, []],
  ])("%s with %#: what means something is lacked, and not lost", (name, members, expected) => {
    expect(lackedBy(name, members)).toEqual(expected);
  });

  test("what asks for nothing is left out all the same, as its name alone is refused", () => {
    expect(sent("mistral", { logprobs: false, logit_bias: {}, stop: "x" })).toEqual({ stop: "x" });
  });

  test.each([...NAMES, "azure"] as const)("%s: nothing is asked about requests if it lacks nothing", (name) => {
    const { mayLack } = serviceOf(name, CHAT, { ...SERVED[name], ...AZURE }).codec;
    expect(mayLack).toBe(["cerebras", "mistral"].includes(name));
  });
});

describe("the cap on output tokens", () => {
  const RENAMING = ["dashscope", "databricks", "deepseek", "huggingface", "llama2", "mistral", "ollama", "vllm"] as const;
  const cap = (maxTokens: number): Partial<Call> => ({ parameters: { defaults: [], maxTokens } });

  test.each(RENAMING)("%s knows max_tokens", (name) => {
    expect(sent(name, { max_completion_tokens: 5 })).toEqual({ max_tokens: 5 });
    expect(sent(name, { max_tokens: 5 })).toEqual({ max_tokens: 5 });
    expect(sent(name, { max_completion_tokens: 5, max_tokens: 7 })).toEqual({ max_tokens: 5 });
    expect(sent(name, { max_completion_tokens: 9, max_tokens: 7 })).toEqual({ max_tokens: 7 });
    expect(sent(name, { max_completion_tokens: 9 }, cap(8))).toEqual({ max_tokens: 8 });
    expect(sent(name, { max_completion_tokens: 5 }, cap(8))).toEqual({ max_tokens: 5 });
    expect(sent(name, {}, { ...cap(8), model: "gpt-5" })).toEqual({ max_tokens: 8 });
    expect(sent(name, { max_completion_tokens: null })).toEqual({});
    expect(sent(name, { max_completion_tokens: null, max_tokens: 9 }, cap(8))).toEqual({ max_tokens: 8 });
    expect(sent(name, { max_completion_tokens: null, max_tokens: null }, cap(8))).toEqual({ max_tokens: 8 });
    // no number: the provider's to refuse
    expect(sent(name, { max_completion_tokens: "many", max_tokens: 3 }, cap(8))).toEqual({ max_tokens: "many" });
    expect(sent(name, { max_tokens: "many" }, cap(8))).toEqual({ max_tokens: "many" });
  });

  test("cerebras knows max_completion_tokens", () => {
    expect(sent("cerebras", { max_tokens: 5 })).toEqual({ max_completion_tokens: 5 });
    expect(sent("cerebras", {}, cap(8))).toEqual({ max_completion_tokens: 8 });
  });

  test.each(["openai", "azure", "xai"] as const)("%s knows both, models that reason the newer one", (name) => {
    const both = { max_completion_tokens: 9, max_tokens: 7 };
    expect(sent(name, both)).toEqual(both);
    expect(sent(name, both, cap(8))).toEqual({ max_completion_tokens: 8, max_tokens: 7 });
    expect(sent(name, {}, cap(8))).toEqual({ max_tokens: 8 });
    expect(sent(name, {}, { ...cap(8), model: "o3" })).toEqual({ max_completion_tokens: 8 });
  });

  test("the number that is sent is the smallest of all that are given, whatever their spelling", () => {
    const given = fc.option(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(1e30), fc.constant(2.5)), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom(...RENAMING), given, given, given, (name, one, other, maxTokens) => {
        const body = sent(name, { max_tokens: one, max_completion_tokens: other }, { parameters: { defaults: [], maxTokens } });
        const all = [one, other, maxTokens].filter((value) => value !== undefined);
        expect(body).toEqual(all.length === 0 ? {} : { max_tokens: Math.min(...all) });
      }),
    );
  });
});

describe("usage of streams", () => {
  const STREAM = { stream: true };
  const ASKED = { stream: true, stream_options: { include_usage: true } };

  test.each([...NAMES, "azure"] as const)("%s is asked for it only if it can be", (name) => {
    const silent = ["databricks", "mistral"].includes(name);
    expect(serviceOf(name, CHAT, { ...SERVED[name], ...AZURE }).traits.usageInStreams).toEqual(
      name === "azure" ? expect.any(Function) : !silent,
    );
    expect(sent(name, ASKED, { usage: silent ? "off" : "on" })).toEqual(silent ? STREAM : ASKED);
  });
});

describe("same dialect, same bytes", () => {
  const spaced = fc.constantFrom("", " ", "\n", "\t ");
  const word = fc.constantFrom("messages", "model", "stream", "stop", "tools", "n", "response_format", "zusätzlich", "temperature", "x");
  const value = fc.oneof(fc.constantFrom('"é\\u00e9"', "1e400", "-0", "12345678901234567890", "{ }", "[ 1 , 2 ]"), fc.json());
  const body = fc
    .tuple(spaced, fc.uniqueArray(fc.tuple(word, spaced, value), { selector: ([name]) => name, maxLength: 8 }))
    .map(([gap, members]) => {
      const fixed: Readonly<Record<string, string>> = { model: '"m"', stream: "false", messages: '[{"role":"user","content":"hé"}]' };
      const all = [...members.filter(([name]) => fixed[name] === undefined), ...Object.keys(fixed).map((name) => [name, gap, ""] as const)];
      return `{${gap}${all.map(([name, space, text]) => `"${name}"${space}:${space}${fixed[name] ?? text}`).join(`${gap},`)}${gap}}`;
    });

  test.each([...NAMES, "azure"] as const)("%s: a request that needs no change is sent as the very buffer", (name) => {
    const service = serviceOf(name, CHAT, { ...SERVED[name], ...AZURE });
    fc.assert(
      fc.property(body, (text) => {
        const call = callOf(CHAT, text);
        expect(service.codec.begin(call).body).toBe(call.ask.body);
      }),
      { numRuns: 50 },
    );
  });

  test.each([...NAMES, "azure"] as const)("%s: an answer and an error that speak the dialect are not written anew", (name) => {
    const conversion = serviceOf(name, CHAT, { ...SERVED[name], ...AZURE }).codec.begin(callOf(CHAT, '{"messages":[1],"model":"m"}'));
    const answer = conversion.readAnswer(Buffer.from('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}'));
    expect(answer).toMatchObject({ ok: true, usage: { total_tokens: 3 }, written: undefined });
    const error = conversion.readError(400, Buffer.from('{"error":{"message":"m","code":"context_length_exceeded"}}'));
    expect(error).toEqual({ refusal: "context_length", written: undefined });
  });
});

test("a provider without a model has no call", () => {
  const call = callOf(CHAT, '{"messages":[1]}');
  for (const name of NAMES) expect(() => serviceOf(name, CHAT, SERVED[name]).codec.begin(call)).toThrow("model parameter not found");
});
