import type { IncomingMessage } from "node:http";

/** Of one connection only, or made anew for the next one. Source: RFC 9110 section 7.6.1. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
];

/** A client's credentials for us or anybody never reach a provider (semantics.md 8). */
const CREDENTIALS = ["authorization", "api-key", "x-api-key", "x-goog-api-key", "x-amz-security-token", "cookie"];

/** What would tell the provider about the client's network, or what we say ourselves. */
const PRIVATE = ["host", "content-length", "accept-encoding", "forwarded", "via", "x-real-ip"];

const DROPPED: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...CREDENTIALS, ...PRIVATE]);
const DROPPED_PREFIX = /^x-(?:kong|consumer|forwarded)-/;

const RESPONSE_DROPPED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "content-length",
  "content-encoding",
  "set-cookie",
  "alt-svc",
  "date",
]);

/** Names that the client's `Connection` header adds to the hop-by-hop ones. */
function connectionOptions(request: IncomingMessage): readonly string[] | undefined {
  const named = request.headers.connection;
  return named === undefined || named === "keep-alive" || named === "close" ? undefined : named.toLowerCase().split(/\s*,\s*/);
}

const isDropped = (lower: string): boolean => DROPPED.has(lower) || (lower.startsWith("x-") && DROPPED_PREFIX.test(lower));

/**
 * The client's headers that travel upstream, as names and values in turn.
 * @param kept a credential header that travels all the same (`allow_override`), in lower case
 * @param json whether the body is known to be JSON, whatever the client calls it, and unpacked
 */
export function forwardedHeaders(request: IncomingMessage, kept: string | undefined, requestId: string, json: boolean): string[] {
  const { rawHeaders } = request;
  const alsoDropped = connectionOptions(request);
  const headers: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const lower = name.toLowerCase();
    if (json && (lower === "content-type" || lower === "content-encoding")) continue;
    if (lower !== kept && (isDropped(lower) || alsoDropped?.includes(lower) === true)) continue;
    headers.push(name, rawHeaders[index + 1] ?? "");
  }
  if (json) headers.push("content-type", "application/json");
  headers.push("x-kong-request-id", requestId);
  return headers;
}

/** The upstream's headers that reach the client, as names and values in turn; the encoding of the body is the relay's to name. */
export function answerHeaders(upstream: Readonly<Record<string, string | string[] | undefined>>): string[] {
  const headers: string[] = [];
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || RESPONSE_DROPPED.has(name) || name.startsWith("x-kong-")) continue;
    if (typeof value === "string") headers.push(name, value);
    else for (const one of value) headers.push(name, one);
  }
  return headers;
}

/** Whether a client takes an answer in this content coding. */
export function accepts(request: IncomingMessage, coding: string): boolean {
  const accepted = request.headers["accept-encoding"];
  if (typeof accepted !== "string") return false;
  return accepted.split(",").some((part) => {
    const [name, ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return (name === coding || name === "*") && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
