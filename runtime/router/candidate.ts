import type { RouteEntity } from "../../config/configuration";
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
}

/** A route that cannot be compiled. */
export class RouteProblem extends Error {
  override readonly name = "RouteProblem";
}

/** @throws RouteProblem naming the route and the regular expression that is none */
export function compileCandidates(route: RouteEntity): readonly Candidate[] {
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
  return paths.map((path) => ({ ...shared, path: path === undefined ? undefined : compiled(route, path, () => compileRoutePath(path)) }));
}

/**
 * Sorts the way Kong's router tries routes: more criteria first (equal numbers: host before header before path before method), plain hosts
 * before wildcards, more headers, regular expressions by `regex_priority` before prefixes, longer prefixes. Equal ones keep their order.
 */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    criteria(b) - criteria(a) ||
    Number(b.hosts?.plainOnly ?? false) - Number(a.hosts?.plainOnly ?? false) ||
    (b.headers?.length ?? 0) - (a.headers?.length ?? 0) ||
    Number(b.path?.regex !== undefined) - Number(a.path?.regex !== undefined) ||
    (a.path?.regex && b.path?.regex
      ? b.route.regex_priority - a.route.regex_priority
      : (b.path?.literal.length ?? 0) - (a.path?.literal.length ?? 0))
  );
}

function criteria({ hosts, headers, path, methods }: Candidate): number {
  const given = [methods, path, headers, hosts].map((criterion) => Number(criterion !== undefined));
  const count = given.reduce((sum, one) => sum + one, 0);
  return given.reduce((weight, one, bit) => weight + (one << bit), count << given.length);
}

function compiled<T>(route: RouteEntity, what: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RouteProblem(
      `Route ${route.name ?? route.key}: ${what} must be a valid regular expression (${reason}). Correct it in the route.`,
    );
  }
}
