import type { IncomingMessage } from "node:http";
import { normalizePath, normalizeQuery } from "../router/normalize-path";
import { GatewayError } from "../errors";

/** What a request line asks for. */
export interface RequestTarget {
  /** In the one form in which routes are matched and `preserve` sends it. */
  readonly path: string;
  /** Without `?`; nothing in it needs an escape any more. */
  readonly query: string;
  /** Host and port of the absolute form (`GET http://host/path`); undefined in the usual form. */
  readonly authority: string | undefined;
  /** What is wrong with it, as the end of a sentence; undefined if nothing is. */
  readonly problem: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A host, by name or by address, with an optional port (RFC 3986, section 3.2). */
const AUTHORITY = /^(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[A-Za-z0-9._~!$&'()*+,;=:-]+\])(?::[0-9]*)?$/;

/** Reads a request target (RFC 9112, section 3.2) as Node gives it: bytes as Latin-1. Never throws. */
export function readTarget(target: string): RequestTarget {
  if (target.startsWith("/")) return split(target, undefined);
  const absolute = ABSOLUTE.exec(target);
  const authority = absolute?.[1];
  if (absolute === null || authority === undefined) {
    const problem = target === "*" ? "'*' names no resource" : "it must begin with '/', or with http:// and a host";
    return { path: target, query: "", authority: undefined, problem };
  }
  if (!AUTHORITY.test(authority)) return { path: target, query: "", authority, problem: "its host is not a valid one" };
  const rest = target.slice(absolute[0].length);
  return split(rest.startsWith("/") ? rest : `/${rest}`, authority);
}

function split(target: string, authority: string | undefined): RequestTarget {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: normalizePath(target), query: "", authority, problem: undefined };
  return { path: normalizePath(target.slice(0, mark)), query: normalizeQuery(target.slice(mark + 1)), authority, problem: undefined };
}

/**
 * The host that a request is for; undefined if it names none (HTTP/1.0). That of the absolute form takes the place of the `Host` header, whatever that says
 * (RFC 9112, section 3.2.2), but the header has to be there and has to be one (section 3.2).
 * @throws GatewayError `bad_request_target`, `bad_host`, `method_not_allowed` for `OPTIONS *`
 */
export function hostOf(request: IncomingMessage, { authority, problem }: RequestTarget): string | undefined {
  if (problem !== undefined) {
    if (request.method === "OPTIONS" && request.url === "*") {
      throw new GatewayError("method_not_allowed", "the method OPTIONS is not served for '*'", undefined, ["allow", "GET, POST"]);
    }
    throw new GatewayError("bad_request_target", `the request target cannot be used: ${problem}`);
  }
  if (occurrences(request.rawHeaders, "host") > 1) {
    throw new GatewayError("bad_host", "the request must have one Host header, but it has more");
  }
  const { host } = request.headers;
  if (host === undefined && request.httpVersion !== "1.0") throw new GatewayError("bad_host", "the request must have a Host header");
  if (host !== undefined && host !== "" && !AUTHORITY.test(host)) {
    throw new GatewayError("bad_host", "the Host header must be a host with an optional port");
  }
  return withoutEmptyPort(authority ?? host);
}

const withoutEmptyPort = (host: string | undefined): string | undefined => (host?.endsWith(":") === true ? host.slice(0, -1) : host);

/**
 * How often a header occurs.
 * @param lower in lower case
 */
export function occurrences(rawHeaders: readonly string[], lower: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === lower.length && name.toLowerCase() === lower) count++;
  }
  return count;
}
