import type { AiConfig } from "./configuration";
import { balancer } from "./schema/balancer";
import { fieldAt } from "./schema/describe";
import { extensions, retryBudget } from "./schema/extensions";
import type { AiPluginName } from "./schema/plugins";
import type { AiProxyAdvancedConfig, AiProxyConfig, ExtensionsConfig } from "./types.generated";

/** A single target's weight has no effect; it has the schema's default. */
const DEFAULT_WEIGHT = Number(fieldAt("ai-proxy-advanced", ["targets", 0, "weight"])?.default);

function completed(given: ExtensionsConfig = extensions.parse({}) as ExtensionsConfig): AiConfig["extensions"] {
  return { ...given, retry_budget: given.retry_budget ?? retryBudget.parse({}) };
}

/** The form that the gateway runs: an `ai-proxy` becomes one target without retries, a balancer and extensions are always there. */
export function normalizeAiConfig(name: AiPluginName, config: AiProxyAdvancedConfig | AiProxyConfig): AiConfig {
  if (name === "ai-proxy-advanced") {
    const advanced = config as AiProxyAdvancedConfig;
    return {
      ...advanced,
      balancer: advanced.balancer ?? balancer.parse({}),
      extensions: completed(advanced.extensions),
    };
  }
  const { auth, logging, model, route_type, ...common } = config as AiProxyConfig;
  const target = { model, route_type, weight: DEFAULT_WEIGHT, ...(auth && { auth }), ...(logging && { logging }) };
  return { ...common, targets: [target], balancer: { ...balancer.parse({}), retries: 0 }, extensions: completed() };
}
