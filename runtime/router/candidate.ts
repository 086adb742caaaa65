import type { RouteEntity } from "../../config/configuration";
import { ExpressionProblem } from "../../config/expressions";
import { compileHeaders, type RouteHeader } from "./route-headers";
import { compileHosts, type RouteHosts } from "./route-host";
import { compileRoutePath, type RoutePath } from "./route-path";

/** One way to reach a route: the route with one of its paths. Routes compete path by path, so a route's short path never gains by its long one. */
export interface Candidate {
  readonly route: RouteEntity;
  /** Undefined: any path. */
  readonly path: RoutePath | undefined;
  readonly hosts: RouteHosts | undefined;
  readonly headers: readonly RouteHeader[] | undefined;
  readonly methods: ReadonlySet<string> | undefined;
  /** Serves http and https; TLS ends before the gateway, so the two are one. */
  readonly http: boolean;
  /** Serves ws and wss. */
  readonly ws: boolean;
  /** More of it is tried first; see `compareCandidates`. */
  readonly criteria: number;
  /** Number of headers asked for. */
  readonly headerCount: number;
  /** Place among all candidates in the order of the configuration. */
  readonly order: number;
}

/** A route that cannot be compiled. */
export class RouteProblem extends Error {
  override readonly name = "RouteProblem";
}

/**
 * Compiles a route, path by path.
 * @param order place of its first candidate
 * @throws RouteProblem naming the route and the regular expression that is none
 */
export function* compileCandidates(route: RouteEntity, order: number): Generator<Candidate, void> {
  const paths = route.paths?.length ? route.paths : [undefined];
  const shared = {
    route,
    hosts: route.hosts?.length ? compileHosts(route.hosts) : undefined,
    headers: compiled(route, "headers", () =>
      route.headers && Object.keys(route.headers).length > 0 ? compileHeaders(route.headers) : undefined,
    ),
    methods: route.methods?.length ? new Set(route.methods) : undefined,
    http: route.protocols.some((protocol) => protocol === "http" || protocol === "https"),
    ws: route.protocols.some((protocol) => protocol === "ws" || protocol === "wss"),
  };
  const { methods, hosts, headers } = shared;
  const criteria = weigh([methods, route.paths?.length ? route.paths : undefined, headers, hosts]);
  const headerCount = headers?.length ?? 0;
  for (const [index, text] of paths.entries()) {
    const path = text === undefined ? undefined : compiled(route, text, () => compileRoutePath(text));
    yield { ...shared, path, criteria, headerCount, order: order + index };
  }
}

/**
 * Sorts the way Kong's router tries routes: more criteria first (equal numbers: host before header before path before method), plain hosts
 * before wildcards, more headers, regular expressions by `regex_priority` before prefixes, longer prefixes. Equal ones keep their order, so that no two
 * are the same.
 */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    b.criteria - a.criteria ||
    Number(b.hosts?.plainOnly ?? false) - Number(a.hosts?.plainOnly ?? false) ||
    b.headerCount - a.headerCount ||
    Number(b.path?.regex !== undefined) - Number(a.path?.regex !== undefined) ||
    (a.path?.regex && b.path?.regex
      ? b.route.regex_priority - a.route.regex_priority
      : (b.path?.literal.length ?? 0) - (a.path?.literal.length ?? 0)) ||
    a.order - b.order
  );
}

/** @param criteria the weightiest last */
function weigh(criteria: readonly unknown[]): number {
  const given = criteria.map((criterion) => Number(criterion !== undefined));
  const count = given.reduce((sum, one) => sum + one, 0);
  return given.reduce((weight, one, bit) => weight + (one << bit), count << given.length);
}

function compiled<T>(route: RouteEntity, what: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    throw new RouteProblem(`Route ${route.name ?? route.key}: ${what} ${error.message}. Correct it in the route.`);
  }
}
