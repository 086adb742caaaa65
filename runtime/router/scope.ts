import type { AiPlugin, Configuration, FileLogPlugin, PluginEntity, PluginScope, RouteEntity } from "../../config/configuration";

/** The plugins that run for a route's requests. */
export interface SelectedPlugins {
  readonly ai?: AiPlugin;
  readonly fileLog?: FileLogPlugin;
}

/**
 * Chooses, once per route when a snapshot is compiled, the one instance of each plugin that runs: the most specific scope wins.
 * ai-proxy and ai-proxy-advanced answer a request alike (both have priority 770 in Kong), so they compete as if they were one plugin;
 * on equal scopes the advanced one wins. Among equals the first in the file wins (the loader refuses equals of one name).
 * Plugins are kept by route and service, so that a choice looks only at those that concern the route.
 */
export class PluginScopes {
  private readonly byRoute = new Map<string, PluginEntity[]>();
  private readonly byService = new Map<string, PluginEntity[]>();
  private readonly global: PluginEntity[] = [];

  constructor(plugins: readonly PluginEntity[]) {
    for (const plugin of plugins) {
      const { enabled, scope } = plugin;
      // No authentication plugin is served, so no request has a consumer.
      if (!enabled || scope.consumer !== undefined || scope.consumer_group !== undefined) continue;
      if (scope.route !== undefined) append(this.byRoute, scope.route, plugin);
      else if (scope.service !== undefined) append(this.byService, scope.service, plugin);
      else this.global.push(plugin);
    }
  }

  select(route: RouteEntity): SelectedPlugins {
    const choice = new Choice(route);
    choice.consider(this.byRoute.get(route.key) ?? []);
    if (route.service !== undefined) choice.consider(this.byService.get(route.service) ?? []);
    choice.consider(this.global);
    return choice.selected;
  }
}

/** The best plugins for one route so far. */
class Choice {
  private ai: AiPlugin | undefined;
  private aiRank = Infinity;
  private fileLog: FileLogPlugin | undefined;
  private fileLogRank = Infinity;

  constructor(private readonly route: RouteEntity) {}

  get selected(): SelectedPlugins {
    return { ...(this.ai && { ai: this.ai }), ...(this.fileLog && { fileLog: this.fileLog }) };
  }

  consider(plugins: readonly PluginEntity[]): void {
    for (const plugin of plugins) {
      if (plugin.scope.service !== undefined && plugin.scope.service !== this.route.service) continue;
      const rank = rankOf(plugin.scope);
      if (plugin.name === "file-log") {
        if (rank >= this.fileLogRank) continue;
        this.fileLog = plugin;
        this.fileLogRank = rank;
      } else if (rank < this.aiRank || (rank === this.aiRank && this.ai?.name === "ai-proxy" && plugin.name === "ai-proxy-advanced")) {
        this.ai = plugin;
        this.aiRank = rank;
      }
    }
  }
}

/** How specific a scope is; less is more specific. The numbers are Kong's, among which those of consumers are left out. */
function rankOf({ route, service }: PluginScope): number {
  if (route !== undefined) return service === undefined ? 10 : 7;
  return service === undefined ? 12 : 11;
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** The routes that take requests: those of a disabled service do not. */
export function servedRoutes(configuration: Configuration): readonly RouteEntity[] {
  const disabled = new Set(configuration.services.filter((service) => !service.enabled).map((service) => service.key));
  return configuration.routes.filter((route) => route.service === undefined || !disabled.has(route.service));
}

const SCOPES = ["route", "service", "consumer", "consumer_group"] as const satisfies readonly (keyof PluginScope)[];

/**
 * What a plugin applies to, as logs and the label `plugin` of metrics tell it: `route:chat`. Of several on one scope only one is served, so no two have the same, as they could with the same
 * `instance_name`; and an id is nothing to read.
 */
export function pluginLabel({ scope }: Pick<AiPlugin, "scope">): string {
  const parts = SCOPES.flatMap((name) => (scope[name] === undefined ? [] : [`${name}:${scope[name]}`]));
  return parts.length === 0 ? "global" : parts.join(",");
}
