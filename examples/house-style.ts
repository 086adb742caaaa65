/**
 * A company's own construct: what is the same everywhere (keys, statistics, failover, the providers with a contract) is written once, and teams say
 * only what differs.
 */
import { App, Aspects, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AiProxyAdvanced, Auth, Balancer, Gateway, Platform, Policies, Resilience, Secret, Target } from "../index";

interface CompanyChatProps {
  readonly gateway: Gateway;
  /** Path of the team's endpoint. */
  readonly path: string;
  /** Largest answer in tokens. @default 1024 */
  readonly maxTokens?: number;
}

/** GPT-4o at OpenAI; Claude steps in when it fails. The gateway translates, so that clients speak OpenAI's API to both. */
class CompanyChat extends Construct {
  constructor(scope: Construct, id: string, { gateway, path, maxTokens = 1024 }: CompanyChatProps) {
    super(scope, id);
    const logging = { logStatistics: true };
    new AiProxyAdvanced(this, "Resource", {
      route: gateway.route(id, { paths: [path], methods: ["POST"] }),
      balancer: Balancer.priority({ retries: 2 }),
      resilience: Resilience.recommended({ deadline: 90_000 }),
      targets: [
        Target.openai("gpt-4o", {
          auth: Auth.bearer(Secret.file("/etc/acme/secrets/openai.key")),
          weight: 2,
          logging,
          options: { maxTokens, inputCost: 2.5, outputCost: 10 },
        }),
        Target.anthropic("claude-sonnet-4-5", {
          auth: Auth.header("x-api-key", Secret.file("/etc/acme/secrets/anthropic.key")),
          weight: 1,
          logging,
          options: { maxTokens, inputCost: 3, outputCost: 15 },
        }),
      ],
    });
  }
}

const app = new App();
const stack = new TerraformStack(app, "house-style");
new LocalBackend(stack, { path: "terraform.tfstate" });
const gateway = new Gateway(stack, "Gateway", { platform: Platform.docker({ port: 8000, user: "10001:990", drainTimeoutSeconds: 60 }) });
new CompanyChat(stack, "support", { gateway, path: "/support" });
new CompanyChat(stack, "search", { gateway, path: "/search", maxTokens: 256 });
new TerraformOutput(stack, "url", { value: gateway.url });

Aspects.of(stack).add(Policies.requireFailover());
Aspects.of(stack).add(Policies.onlyProviders(["openai", "anthropic"]));
Aspects.of(stack).add(Policies.maxPricePerMillionTokens(15));
app.synth();
