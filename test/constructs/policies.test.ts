import { Aspects, TerraformOutput } from "cdktf";
import { AiProxy, AiProxyAdvanced, Auth, Balancer, Judge, Policies, Resilience, Target } from "../../index";
import type { Policy } from "../../index";
import { keyShapes } from "../../config/key-shapes";
import { KEY, annotations, gatewayStack, synth } from "./support";

function breaches(policy: Policy, targets: readonly Target[], balancer?: Balancer): readonly string[] {
  const { stack, gateway } = gatewayStack();
  new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets, ...(balancer && { balancer }) });
  Aspects.of(stack).add(policy);
  synth(stack);
  return annotations(stack, "error");
}

const cheap = Target.openai("gpt-4o-mini", { options: { inputCost: 0.15, outputCost: 0.6 } });
const dear = Target.openai("gpt-4o", { options: { inputCost: 2.5, outputCost: 10 } });

describe("requireFailover", () => {
  it("refuses a single target and no retries", () => {
    expect(breaches(Policies.requireFailover(), [cheap])).toEqual([
      expect.stringContaining("[test/Chat] there must be at least two targets"),
    ]);
    expect(breaches(Policies.requireFailover(), [cheap, dear], Balancer.roundRobin({ retries: 0 }))).toEqual([
      expect.stringContaining("balancer.retries"),
    ]);
  });

  it.each([[[]], [["non_idempotent"]]] as const)("refuses criteria that move nothing on: %j", (failoverCriteria) => {
    expect(breaches(Policies.requireFailover(), [cheap, dear], Balancer.roundRobin({ retries: 0, failoverCriteria }))).toEqual([
      expect.stringContaining("balancer.retries"),
      expect.stringContaining("balancer.failover_criteria must list an outcome"),
    ]);
  });

  it("takes the recommended resilience", () => {
    const { stack, gateway } = gatewayStack();
    const resilience = Resilience.recommended();
    new AiProxyAdvanced(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), targets: [cheap, dear], resilience });
    Aspects.of(stack).add(Policies.requireFailover());
    synth(stack);
    expect(annotations(stack, "error")).toEqual([]);
  });

  it("takes two targets with Kong's default or more", () => {
    expect(breaches(Policies.requireFailover(), [cheap, dear])).toEqual([]);
    expect(breaches(Policies.requireFailover(), [cheap, dear], Balancer.roundRobin({ retries: 1 }))).toEqual([]);
  });

  it("refuses ai-proxy, which has one target", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxy(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), target: cheap });
    Aspects.of(stack).add(Policies.requireFailover());
    synth(stack);
    expect(annotations(stack, "error")).toHaveLength(1);
  });
});

describe("onlyProviders", () => {
  it("names the target and the provider that is not among them", () => {
    expect(breaches(Policies.onlyProviders(["openai"]), [cheap, Target.deepseek("deepseek-chat")])).toEqual([
      "[test/Chat] targets[1].model.provider must be one of openai, but deepseek was given.",
    ]);
    expect(breaches(Policies.onlyProviders(["openai"]), [cheap])).toEqual([]);
  });

  it("holds for a judge, which reads prompts and answers", () => {
    const judge = Judge.of(Target.deepseek("deepseek-chat"));
    const balancer = Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge });
    expect(breaches(Policies.onlyProviders(["openai"]), [cheap], balancer)).toEqual([
      "[test/Chat] extensions.judge.target.model.provider must be one of openai, but deepseek was given.",
    ]);
    expect(breaches(Policies.onlyProviders(["openai", "deepseek"]), [cheap], balancer)).toEqual([]);
  });

  it("names the place of ai-proxy's only target", () => {
    const { stack, gateway } = gatewayStack();
    new AiProxy(stack, "Chat", { route: gateway.route("chat", { paths: ["/chat"] }), target: Target.deepseek("deepseek-chat") });
    Aspects.of(stack).add(Policies.onlyProviders(["openai"]));
    synth(stack);
    expect(annotations(stack, "error")).toEqual(["[test/Chat] model.provider must be one of openai, but deepseek was given."]);
  });
});

describe("maxPricePerMillionTokens", () => {
  it("refuses higher prices and unknown ones", () => {
    expect(breaches(Policies.maxPricePerMillionTokens(5), [cheap, dear])).toEqual([
      "[test/Chat] targets[1].model.options.output_cost must be at most 5 per million tokens, but 10 was given.",
    ]);
    expect(breaches(Policies.maxPricePerMillionTokens(5), [Target.openai("gpt-4o")])).toHaveLength(2);
    expect(breaches(Policies.maxPricePerMillionTokens(10), [cheap, dear])).toEqual([]);
  });

  it("holds for a judge", () => {
    const balancer = Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge: Judge.of(dear) });
    expect(breaches(Policies.maxPricePerMillionTokens(5), [cheap], balancer)).toEqual([
      "[test/Chat] extensions.judge.target.model.options.output_cost must be at most 5 per million tokens, but 10 was given.",
    ]);
  });
});

/** Made up here, in pieces, so that no scanner takes this file for a leak. */
const KEYS = {
  openai: ["sk", "proj-Ab3dEf6hIj9kLm2nOp5q"].join("-"),
  aws: ["AKIA", "ABCDEFGHIJ234567"].join(""),
  google: ["AIza", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"].join(""),
  groq: ["gsk", "a1b2c3d4e5f6g7h8i9j0"].join("_"),
  xai: ["xai", "a1b2c3d4e5f6g7h8i9j0"].join("-"),
  huggingface: ["hf", "AbCdEfGhIjKlMnOpQrStUv"].join("_"),
  github: ["ghp", "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8"].join("_"),
  pem: ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" "),
} as const;

describe("noInlineSecrets", () => {
  it.each(Object.entries(KEYS))("knows how a key of %s looks, anywhere in a text", (_, key) => {
    expect(keyShapes(key)).toHaveLength(1);
    expect(keyShapes(`Bearer ${key}`)).toHaveLength(1);
    expect(keyShapes(`{"key":"${key}"}`)).toHaveLength(1);
  });

  it.each([
    "gpt-4o",
    "Bearer {vault://file/openai.key}",
    "risk-management-of-2024-portfolios",
    "task-a1b2c3d4e5f6g7h8",
    "sk-short1",
    "AKIA",
    "xai-grok-code-fast-model",
    "hf_token",
  ])("takes %j for no key", (text) => {
    expect(keyShapes(text)).toEqual([]);
  });

  it("fails the synth with the place and never the text, anywhere in the stack", () => {
    const { stack, gateway } = gatewayStack({ env: { GROQ: KEYS.groq } });
    new AiProxyAdvanced(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      targets: [Target.openai("gpt-4o", { metadata: { note: KEYS.aws } })],
    });
    new TerraformOutput(stack, "leak", { value: KEYS.openai });
    synth(stack);
    const found = annotations(stack, "error");
    expect(found).toContainEqual(
      expect.stringMatching(
        /locals\.gateway_configuration\.services\[0\]\.routes\[0\]\.plugins\[0\]\.config\.targets\[0\]\.metadata\.note .*AWS access key id/,
      ),
    );
    expect(found).toContainEqual(expect.stringMatching(/output\.leak\.value .*sk-…/));
    expect(found).toContainEqual(expect.stringMatching(/resource\.docker_container\.gateway\.env\[0\] .*Groq/));
    expect(found).toHaveLength(3);
    for (const key of Object.values(KEYS)) expect(found.join("\n")).not.toContain(key);
  });

  it("fails on any text in a secret field, whatever it looks like", () => {
    const { stack, gateway } = gatewayStack();
    const auth = { header_name: "x-api-key", header_value: "hunter2" };
    AiProxy.fromKong(stack, "Chat", {
      route: gateway.route("chat", { paths: ["/chat"] }),
      config: { route_type: "llm/v1/chat", auth, model: { provider: "openai" } },
    });
    synth(stack);
    expect(annotations(stack, "error")).toEqual([expect.stringContaining("[test/Chat] auth.header_value must be a reference")]);
  });

  it("can be switched off, and reports once with two gateways", () => {
    const { stack } = gatewayStack({ env: { A: KEYS.groq } }, { noInlineSecrets: false });
    synth(stack);
    expect(annotations(stack, "error")).toEqual([]);
    Aspects.of(stack).add(Policies.noInlineSecrets());
    Aspects.of(stack).add(Policies.noInlineSecrets());
    synth(stack);
    expect(annotations(stack, "error")).toHaveLength(1);
  });

  it("is content with references", () => {
    expect(breaches(Policies.noInlineSecrets(), [Target.openai("gpt-4o", { auth: Auth.bearer(KEY) })])).toEqual([]);
  });
});
