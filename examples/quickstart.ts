/**
 * One address, two models of OpenAI behind it: seven of ten requests go to the large one, three to the small one; a client that asks for the model
 * "quick" gets the small one.
 *
 *   npx cdktf synth            the plan's source, in cdktf.out
 *   npx cdktf deploy           the gateway as a container on this machine's Docker: http://127.0.0.1:8000/chat
 *
 * The key is read by the gateway alone, from secrets/openai.key. OPENAI_BASE_URL (such as https://llm.example.com/v1) names another server
 * that speaks OpenAI's API.
 */
import { App, LocalBackend, TerraformStack } from "cdktf";
import { AiProxyAdvanced, Auth, Balancer, Gateway, Platform, Secret, Target } from "../index";

const app = new App();
const stack = new TerraformStack(app, "quickstart");
new LocalBackend(stack, { path: "terraform.tfstate" });

const gateway = new Gateway(stack, "Gateway", { platform: Platform.docker({ port: 8000 }) });
const auth = Auth.bearer(Secret.file("secrets/openai.key"));
const base = process.env["OPENAI_BASE_URL"];
const upstream = base === undefined ? {} : { upstreamUrl: `${base}/chat/completions` };

new AiProxyAdvanced(stack, "Chat", {
  route: gateway.route("chat", { paths: ["/chat"] }),
  balancer: Balancer.roundRobin(),
  // inputCost and outputCost are dollars per 1,000,000 tokens: what a request cost stands in the log
  targets: [
    Target.openai("gpt-4o", {
      auth,
      weight: 70,
      logging: { logStatistics: true },
      options: { maxTokens: 1024, inputCost: 2.5, outputCost: 10, ...upstream },
    }),
    Target.openai("gpt-4o-mini", {
      auth,
      weight: 30,
      modelAlias: "quick",
      logging: { logStatistics: true },
      options: { maxTokens: 512, inputCost: 0.15, outputCost: 0.6, ...upstream },
    }),
  ],
});

app.synth();
