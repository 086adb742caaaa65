import type { RouteAction } from "../snapshot/route-plan";
import type { AiPlugin } from "../../config/configuration";
import type { ServedPlugin } from "./facts";

/** The plugins that a snapshot serves, each once with all its routes. */
export function servedPlugins(actions: Iterable<RouteAction>): ServedPlugin[] {
  const plugins = new Map<AiPlugin, ServedPlugin & { readonly routes: string[] }>();
  for (const action of actions) {
    if (action.kind !== "serve") continue;
    const { plugin, route, state, groups } = action.plan;
    const known = plugins.get(plugin);
    if (known !== undefined) known.routes.push(route.key);
    else {
      const targets = groups.flatMap(({ candidates }) => candidates.targets).sort((left, right) => left.index - right.index);
      plugins.set(plugin, { plugin, routes: [route.key], balancer: state.balancer, targets });
    }
  }
  return [...plugins.values()];
}
