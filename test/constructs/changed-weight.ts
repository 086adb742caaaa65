import { AiProxyAdvanced, Auth, Balancer, Target } from "../../index";
import { KEY, gatewayStack } from "./support";

/** The stack of the quickstart, with another weight of its first target. */
export function stackWithWeight(weight: number) {
  const { stack, gateway } = gatewayStack({ port: 8000 });
  const auth = Auth.bearer(KEY);
  new AiProxyAdvanced(stack, "Chat", {
    route: gateway.route("chat", { paths: ["/chat"] }),
    balancer: Balancer.roundRobin(),
    targets: [
      Target.openai("gpt-4o", { auth, weight, options: { maxTokens: 1024 } }),
      Target.openai("gpt-4o-mini", { auth, weight: 30, modelAlias: "quick", options: { maxTokens: 512 } }),
    ],
  });
  return stack;
}
