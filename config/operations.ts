import type { Problem } from "./problem";
import type { AiPluginName } from "./schema/plugins";
import { PROVIDER_ROUTES, serves } from "./schema/provider-matrix";
import { PROVIDERS, ROUTE_TYPES } from "./schema/vocabulary";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isWord = <Word extends string>(words: readonly Word[], value: unknown): value is Word =>
  (words as readonly unknown[]).includes(value);

/**
 * Targets whose provider has no such operation, by their place in a plugin's raw `config`. Kong loads them and fails at the first request, so files
 * pass with them, and only what is written for this product refuses them. Never throws; says nothing about values that are not known.
 */
export function missingOperations(plugin: AiPluginName, config: unknown): readonly Problem[] {
  if (!isRecord(config)) return [];
  const targets = plugin === "ai-proxy" ? [config] : config["targets"];
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target: unknown, index): readonly Problem[] => {
    if (!isRecord(target) || !isRecord(target["model"])) return [];
    const { provider } = target["model"];
    const routeType = target["route_type"];
    if (!isWord(PROVIDERS, provider) || !isWord(ROUTE_TYPES, routeType) || serves(provider, routeType)) return [];
    const served = [...Object.keys(PROVIDER_ROUTES[provider]), "preserve"].join(", ");
    const path = plugin === "ai-proxy" ? ["route_type"] : ["targets", index, "route_type"];
    return [{ severity: "error", path, message: `must be one that ${provider} serves (${served}), but ${routeType} was given.` }];
  });
}
