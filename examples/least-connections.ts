/**
 * The target with the fewest requests under way serves next; what fails or is refused with 429 moves on to the other one. This is the
 * least-connections example of Kong's documentation.
 */
import { App, LocalBackend, TerraformStack } from "cdktf";
import { AiProxyAdvanced, Auth, Balancer, Gateway, Platform, Secret, Target } from "../index";

const app = new App();
const stack = new TerraformStack(app, "least-connections");
new LocalBackend(stack, { path: "terraform.tfstate" });

const gateway = new Gateway(stack, "Gateway", { platform: Platform.docker({ port: 8000 }) });
const key = Secret.file("secrets/openai.key");

new AiProxyAdvanced(stack, "Chat", {
  route: gateway.route("chat", { paths: ["/chat"] }),
  balancer: Balancer.leastConnections({ retries: 3, failoverCriteria: ["error", "timeout", "http_429", "non_idempotent"] }),
  targets: [
    Target.openai("gpt-4o", { auth: Auth.bearer(key), weight: 2, options: { maxTokens: 1024, temperature: 1.0 } }),
    Target.openai("gpt-4o-mini", { auth: Auth.bearer(key), weight: 2, options: { maxTokens: 1024, temperature: 1.0 } }),
  ],
});

app.synth();
