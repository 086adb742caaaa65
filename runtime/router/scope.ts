import type { AiPlugin, Configuration, FileLogPlugin, PluginEntity, RouteEntity } from "../../config/configuration";

/** The plugins that run for a route's requests. */
export interface SelectedPlugins {
  readonly ai?: AiPlugin;
  readonly fileLog?: FileLogPlugin;
}

/**
 * How specific a scope is, for a request without a consumer, as Kong ranks them; undefined where it does not apply.
 * Consumer scopes never do: no authentication plugin is served, so no request has a consumer.
 */
function rank(plugin: PluginEntity, route: RouteEntity): number | undefined {
  const { scope } = plugin;
  if (!plugin.enabled || scope.consumer !== undefined || scope.consumer_group !== undefined) return undefined;
  if (scope.route !== undefined && scope.route !== route.key) return undefined;
  if (scope.service !== undefined && scope.service !== route.service) return undefined;
  if (scope.route !== undefined) return scope.service === undefined ? 10 : 7;
  return scope.service === undefined ? 12 : 11;
}

/**
 * Chooses, once per route when a snapshot is compiled, the one instance of each plugin that runs: the most specific scope wins.
 * ai-proxy and ai-proxy-advanced answer a request alike (both have priority 770 in Kong), so they compete as if they were one plugin;
 * on equal scopes the advanced one wins. Among equals the first in the file wins (the loader refuses equals of one name).
 */
export function selectPlugins(configuration: Configuration, route: RouteEntity): SelectedPlugins {
  let ai: AiPlugin | undefined;
  let aiRank = Infinity;
  let fileLog: FileLogPlugin | undefined;
  let fileLogRank = Infinity;
  for (const plugin of configuration.plugins) {
    const own = rank(plugin, route);
    if (own === undefined) continue;
    if (plugin.name === "file-log") {
      if (own < fileLogRank) {
        fileLog = plugin;
        fileLogRank = own;
      }
    } else if (own < aiRank || (own === aiRank && ai?.name === "ai-proxy" && plugin.name === "ai-proxy-advanced")) {
      ai = plugin;
      aiRank = own;
    }
  }
  return { ...(ai && { ai }), ...(fileLog && { fileLog }) };
}

/** The routes that take requests: those of a disabled service do not. */
export function servedRoutes(configuration: Configuration): readonly RouteEntity[] {
  const disabled = new Set(configuration.services.filter((service) => !service.enabled).map((service) => service.key));
  return configuration.routes.filter((route) => route.service === undefined || !disabled.has(route.service));
}
