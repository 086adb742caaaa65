import type { RouteEntity } from "../../config/configuration";
import type { ExpressionMatch } from "../../config/expressions";
import type { Steps } from "../steps";
import { compareCandidates, compileCandidates, type Candidate } from "./candidate";
import { decodePiece, normalizePath } from "./normalize-path";
import { acceptsHeaders } from "./route-headers";
import { parseHost, type RequestHost } from "./route-host";

/** What of a request decides its route. */
export interface RouteRequest {
  /** In capitals, as HTTP has it. */
  readonly method: string;
  /** The Host header; may carry a port. */
  readonly host: string | undefined;
  /** As sent (Node's `request.url`), without the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `http` and `https` are alike to the router, and so are `ws` and `wss`: TLS ends before the gateway. */
  readonly protocol: "http" | "https" | "ws" | "wss";
}

/** The route of a request. */
export interface RouteMatch {
  readonly route: RouteEntity;
  /** Named groups of the path's regular expression, percent-decoded; has no prototype. */
  readonly captures: Readonly<Record<string, string>>;
  /** The normalised path behind what matched (whole without `strip_path`); always begins with `/`. */
  readonly rest: string;
}

const NO_CAPTURES: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

/** Candidates whose paths begin with the same text; each list in the order in which they are tried. */
interface Bucket {
  /** Those with plain hosts only, by each of them. */
  readonly byHost: Map<string, Candidate[]>;
  readonly others: Candidate[];
}

/** The best candidate so far. */
interface Best {
  readonly candidate: Candidate;
  readonly match: ExpressionMatch | undefined;
}

/**
 * Finds routes the way Kong's traditional router does. Candidates are kept by the literal text with which their path begins and by host, so a request
 * looks only at those whose text its own path begins with and whose host is its own. Immutable; a reload makes a new one.
 */
export class Router {
  private readonly buckets = new Map<string, Bucket>();
  /** The distinct lengths of the buckets' texts, shortest first. */
  private lengths: readonly number[] = [];
  private usesHosts = false;

  private constructor() {
    // Made by `compile`.
  }

  /** @throws RouteProblem naming the route whose regular expression is not valid */
  static *compile(routes: readonly RouteEntity[]): Steps<Router> {
    const router = new Router();
    let order = 0;
    for (const route of routes) {
      for (const candidate of compileCandidates(route, order)) {
        router.add(candidate);
        order++;
        yield;
      }
    }
    for (const { byHost, others } of router.buckets.values()) {
      others.sort(compareCandidates);
      for (const list of byHost.values()) list.sort(compareCandidates);
      yield;
    }
    router.lengths = [...new Set([...router.buckets.keys()].map((literal) => literal.length))].sort((a, b) => a - b);
    return router;
  }

  private add(candidate: Candidate): void {
    const literal = candidate.path?.literal ?? "";
    let bucket = this.buckets.get(literal);
    if (bucket === undefined) {
      bucket = { byHost: new Map(), others: [] };
      this.buckets.set(literal, bucket);
    }
    const { hosts } = candidate;
    this.usesHosts ||= hosts !== undefined;
    if (hosts?.plainOnly !== true) {
      bucket.others.push(candidate);
      return;
    }
    for (const host of hosts.plain) {
      const list = bucket.byHost.get(host);
      if (list === undefined) bucket.byHost.set(host, [candidate]);
      else list.push(candidate);
    }
  }

  /** The route of a request; undefined if none matches. */
  match(request: RouteRequest): RouteMatch | undefined {
    const path = normalizePath(request.path);
    const host = this.usesHosts ? parseHost(request.host) : undefined;
    let best: Best | undefined;
    for (const length of this.lengths) {
      if (length > path.length) break;
      const bucket = this.buckets.get(path.slice(0, length));
      if (bucket === undefined) continue;
      if (host !== undefined && bucket.byHost.size > 0) {
        best = better(best, bucket.byHost.get(host.name), request, path, host);
        if (host.full !== host.name) best = better(best, bucket.byHost.get(host.full), request, path, host);
      }
      best = better(best, bucket.others, request, path, host);
    }
    return best === undefined ? undefined : found(best, path);
  }
}

/** The first candidate of a list that takes the request and comes before the best one so far, else that one. */
function better(
  best: Best | undefined,
  list: readonly Candidate[] | undefined,
  request: RouteRequest,
  path: string,
  host: RequestHost | undefined,
): Best | undefined {
  if (list === undefined) return best;
  for (const candidate of list) {
    if (best !== undefined && compareCandidates(best.candidate, candidate) < 0) return best;
    if (!accepts(candidate, request, host)) continue;
    const regex = candidate.path?.regex;
    if (regex === undefined) return { candidate, match: undefined };
    const match = regex.exec(path);
    if (match !== undefined) return { candidate, match };
  }
  return best;
}

/** Everything but the path. */
function accepts(candidate: Candidate, request: RouteRequest, host: RequestHost | undefined): boolean {
  const overHttp = request.protocol === "http" || request.protocol === "https";
  return (
    (overHttp ? candidate.http : candidate.ws) &&
    (candidate.methods === undefined || candidate.methods.has(request.method)) &&
    (candidate.hosts === undefined || candidate.hosts.accepts(host)) &&
    (candidate.headers === undefined || acceptsHeaders(candidate.headers, request.headers))
  );
}

function found({ candidate, match }: Best, path: string): RouteMatch {
  const { route, path: routePath } = candidate;
  const matched = match === undefined ? (routePath?.literal.length ?? 0) : match.length;
  const stripped = route.strip_path && matched > 0 ? path.slice(matched) : path;
  return { route, captures: capturesOf(match), rest: stripped.startsWith("/") ? stripped : `/${stripped}` };
}

function capturesOf(match: ExpressionMatch | undefined): Readonly<Record<string, string>> {
  if (match?.groups === undefined) return NO_CAPTURES;
  const captures = Object.create(null) as Record<string, string>;
  for (const [name, text] of Object.entries(match.groups)) if (text !== undefined) captures[name] = decodePiece(text);
  return captures;
}
