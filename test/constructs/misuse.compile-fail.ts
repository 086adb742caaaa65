/**
 * Wrong combinations that must not compile. Each marked line is an error whose text matches the pattern behind the marker; everything else compiles.
 * The test beside this file checks both; `tsc` checks that the lines are errors at all.
 */
import type { TerraformStack } from "cdktf";
import {
  AiProxy,
  AiProxyAdvanced,
  Auth,
  Balancer,
  CloudAuth,
  Embeddings,
  Gateway,
  Judge,
  Platform,
  Resilience,
  Secret,
  SharedState,
  Target,
  VectorDb,
} from "../../index";
import type { LowestUsageOptions } from "../../index";

declare const stack: TerraformStack;
const key = Secret.file("secrets/openai.key");
const auth = Auth.bearer(key);
const gateway = new Gateway(stack, "Gateway", { platform: Platform.docker() });
const route = gateway.route("chat", { paths: ["/chat"] });
const embeddings = Embeddings.openai("text-embedding-3-small", { auth });
const vectorDb = VectorDb.redis({ host: "vectors", dimensions: 1536, distanceMetric: "cosine" });

// A semantic balancer needs an embedding model, a vector store and a description at each target.
// @ts-expect-error: embeddings
Balancer.semantic({ vectorDb });
// @ts-expect-error: vectorDb
Balancer.semantic({ embeddings });
new AiProxyAdvanced(stack, "A", {
  route,
  balancer: Balancer.semantic({ embeddings, vectorDb }),
  targets: [
    Target.openai("gpt-4o", { auth, description: "mathematics" }),
    // @ts-expect-error: description
    Target.openai("gpt-4o-mini", { auth }),
    // @ts-expect-error: description
    Target.anthropic("claude-sonnet-4-5"),
  ],
});
new AiProxyAdvanced(stack, "B", { route, balancer: Balancer.roundRobin(), targets: [Target.openai("gpt-4o")] });
new AiProxyAdvanced(stack, "C", { route, targets: [Target.openai("gpt-4o")] });

// A provider serves some operations only.
Target.openai("tts-1", { routeType: "audio/v1/audio/speech" });
// @ts-expect-error: audio/v1/audio/speech
Target.anthropic("claude-sonnet-4-5", { routeType: "audio/v1/audio/speech" });
// @ts-expect-error: llm/v1/embeddings
Target.deepseek("deepseek-chat", { routeType: "llm/v1/embeddings" });
// @ts-expect-error: llm/v1/chats
Target.openai("gpt-4o", { routeType: "llm/v1/chats" });

// Each algorithm takes what means something to it.
Balancer.lowestUsage({ tokensCountStrategy: "cost" });
// @ts-expect-error: tokensCountStrategy
Balancer.roundRobin({ tokensCountStrategy: "cost" });
// @ts-expect-error: hashOnHeader
Balancer.leastConnections({ hashOnHeader: "x-user" });
// @ts-expect-error: latencyStrategy
Balancer.priority({ latencyStrategy: "e2e" });
// @ts-expect-error: tokensCountStrategy
Balancer.priority({ tokensCountStrategy: "llm-accuracy" });
// @ts-expect-error: http_418
Balancer.roundRobin({ failoverCriteria: ["http_418"] });

// A judge goes with lowest-usage by accuracy alone.
const judge = Judge.of(Target.openai("gpt-4o-mini", { auth }), { sample: 0.1, maxTokensPerHour: 50_000 });
declare const strategy: NonNullable<LowestUsageOptions["tokensCountStrategy"]>;
Balancer.lowestUsage({ tokensCountStrategy: "llm-accuracy", judge });
Balancer.lowestUsage({ tokensCountStrategy: strategy });
// @ts-expect-error: judge
Balancer.roundRobin({ judge });
// @ts-expect-error: tokensCountStrategy|judge
Balancer.lowestUsage({ judge });
// @ts-expect-error: Judge
Balancer.lowestUsage({ tokensCountStrategy: "cost", judge });
// @ts-expect-error: Target
Judge.of("gpt-4o-mini");
// @ts-expect-error: weight
Judge.of(Target.openai("gpt-4o-mini"), { weight: 3 });

// Resilience is what Kong does not have; retries and criteria are the balancer's.
new AiProxyAdvanced(stack, "F", {
  route,
  resilience: Resilience.recommended({ deadline: 60_000 }),
  sharedState: SharedState.redis({ host: "state", password: key }),
  targets: [Target.openai("gpt-4o")],
});
// @ts-expect-error: retries
Resilience.of({ retries: 3 });
// @ts-expect-error: judge
Resilience.recommended({ judge });
// @ts-expect-error: always
Resilience.of({ resumeStreams: "always" });
// @ts-expect-error: timeout
Resilience.of({ sameTarget: { on: ["timeout"] } });
// @ts-expect-error: cloudAuth
SharedState.redis({ host: "state", cloudAuth: CloudAuth.gcp() });
// @ts-expect-error: dimensions
SharedState.redis({ host: "state", dimensions: 3 });
// @ts-expect-error: extensions
new AiProxyAdvanced(stack, "G", { route, targets: [Target.openai("gpt-4o")], extensions: { deadline: 5 } });
// @ts-expect-error: resilience
new AiProxy(stack, "H", { route, target: Target.openai("gpt-4o"), resilience: Resilience.recommended() });

// A provider's settings and credentials belong to its own targets.
Target.bedrock("anthropic.claude", { auth: Auth.aws(), options: { region: "eu-west-1" } });
// @ts-expect-error: region
Target.openai("gpt-4o", { options: { region: "eu-west-1" } });
// @ts-expect-error: aws
Target.openai("gpt-4o", { auth: Auth.aws() });
// @ts-expect-error: azure
Target.gemini("gemini-2.5-pro", { auth: Auth.azure() });
// @ts-expect-error: version
Target.mistral("mistral-large", { options: { version: "2023-06-01" } });
// @ts-expect-error: deploymentId
Target.azure("gpt-4o", { options: { instance: "acme" } });
// @ts-expect-error: upstreamUrl
Target.ollama("llama3", { options: {} });
// @ts-expect-error: format
Target.llama2("llama2", { options: { upstreamUrl: "http://llama" } });
// @ts-expect-error: wieght
Target.openai("gpt-4o", { wieght: 3 });
// @ts-expect-error: region
CloudAuth.aws({ cacheName: "vec" });
// @ts-expect-error: serviceAccountJson
CloudAuth.azure({ serviceAccountJson: key });
// @ts-expect-error: aws
Embeddings.openai("text-embedding-3-small", { auth: Auth.aws() });

// A secret is a reference, never a text.
// @ts-expect-error: 'Secret'
Auth.bearer("sk-something");
// @ts-expect-error: 'Secret'
Auth.header("x-api-key", process.env["KEY"] ?? "");
// @ts-expect-error: Secret
VectorDb.redis({ dimensions: 3, distanceMetric: "cosine", password: "hunter2" });
// @ts-expect-error: Secret
SharedState.redis({ password: "hunter2" });
// @ts-expect-error: Secret
Auth.aws({ secretAccessKey: "wJalr" });
// @ts-expect-error: private
new Secret({ kind: "env", name: "KEY" });

// The plugins take what is theirs.
// @ts-expect-error: balancer
new AiProxy(stack, "D", { route, target: Target.openai("gpt-4o"), balancer: Balancer.roundRobin() });
// @ts-expect-error: string
new AiProxy(stack, "E", { route: "chat", target: Target.openai("gpt-4o") });
// @ts-expect-error: dimensions
VectorDb.redis({ host: "vectors", distanceMetric: "cosine" });
// @ts-expect-error: distanceMetric|manhattan
VectorDb.pgvector({ host: "vectors", dimensions: 3, distanceMetric: "manhattan" });
