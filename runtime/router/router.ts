import type { RouteEntity } from "../../config/configuration";
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

interface Ranked extends Candidate {
  /** Place in the order in which candidates are tried; smaller wins. */
  readonly rank: number;
}

const NO_CAPTURES: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

/**
 * Finds routes the way Kong's traditional router does. Candidates are kept by the literal text with which their path begins, so a request
 * looks only at those whose text its own path begins with. Immutable; a reload makes a new one.
 */
export class Router {
  private readonly buckets = new Map<string, Ranked[]>();
  /** The distinct lengths of the buckets' texts, shortest first. */
  private readonly lengths: readonly number[];
  private readonly usesHosts: boolean;

  /** @throws RouteProblem naming the route whose regular expression is none */
  constructor(routes: readonly RouteEntity[]) {
    const candidates = routes.flatMap(compileCandidates).sort(compareCandidates);
    for (const [rank, candidate] of candidates.entries()) {
      const literal = candidate.path?.literal ?? "";
      const bucket = this.buckets.get(literal);
      if (bucket) bucket.push({ ...candidate, rank });
      else this.buckets.set(literal, [{ ...candidate, rank }]);
    }
    this.lengths = [...new Set([...this.buckets.keys()].map((literal) => literal.length))].sort((a, b) => a - b);
    this.usesHosts = candidates.some((candidate) => candidate.hosts !== undefined);
  }

  /** The route of a request; undefined where none matches. */
  match(request: RouteRequest): RouteMatch | undefined {
    const path = normalizePath(request.path);
    const host = this.usesHosts ? parseHost(request.host) : undefined;
    let best: Ranked | undefined;
    let bestMatch: RegExpExecArray | null = null;
    for (const length of this.lengths) {
      if (length > path.length) break;
      const bucket = this.buckets.get(path.slice(0, length));
      if (bucket === undefined) continue;
      for (const candidate of bucket) {
        if (best !== undefined && candidate.rank > best.rank) break;
        if (!accepts(candidate, request, host)) continue;
        const regex = candidate.path?.regex;
        const match = regex === undefined ? null : regex.exec(path);
        if (regex !== undefined && match === null) continue;
        best = candidate;
        bestMatch = match;
        break;
      }
    }
    return best === undefined ? undefined : found(best, path, bestMatch);
  }
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

function found({ route, path: routePath }: Candidate, path: string, match: RegExpExecArray | null): RouteMatch {
  const matched = match === null ? (routePath?.literal.length ?? 0) : match[0].length;
  const stripped = route.strip_path && matched > 0 ? path.slice(matched) : path;
  return { route, captures: capturesOf(match), rest: stripped.startsWith("/") ? stripped : `/${stripped}` };
}

function capturesOf(match: RegExpExecArray | null): Readonly<Record<string, string>> {
  if (match?.groups === undefined) return NO_CAPTURES;
  const captures = Object.create(null) as Record<string, string>;
  // A group that took no part is undefined, whatever the library's type says.
  for (const [name, text] of Object.entries<string | undefined>(match.groups)) if (text !== undefined) captures[name] = decodePiece(text);
  return captures;
}
