import type { Problem } from "../problem";
import { collectEntities } from "./collect";
import { LoadContext } from "./context";
import { loadEntities } from "./entities";

/** How a route is read that is not in a file yet. */
export interface RouteOptions {
  /** Values that are known later: tokens and references. They pass unchecked. */
  readonly isDeferred: (value: unknown) => boolean;
}

/**
 * What the loader would say of a route's own fields; paths begin below the route. Its plugins and its service are left to others.
 * Never throws.
 */
export function routeProblems(route: Readonly<Record<string, unknown>>, { isDeferred }: RouteOptions): readonly Problem[] {
  const context = new LoadContext({ read: () => "" }, isDeferred);
  const own = Object.fromEntries(Object.entries(route).filter(([name]) => name !== "plugins" && name !== "service"));
  loadEntities(collectEntities({ routes: [own] }, context), context);
  return context.problems.map((problem) => ({ ...problem, path: problem.path.slice(2) }));
}
