import type { IncomingMessage } from "node:http";
import { headerKey, isCredentialHeader } from "../credentials/credential-names";
import type { CredentialNames } from "../credentials/source";

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
  "http2-settings",
];

/** What would tell the provider about the client's network, or what we say ourselves. */
const PRIVATE = ["host", "content-length", "accept-encoding", "forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip"];

const DROPPED: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...PRIVATE]);
const DROPPED_PREFIX = /^x-(?:kong|consumer|forwarded)-/;

/** They tell about bytes of the client's body; a JSON body is unpacked and changed on its way. */
const OF_JSON_BODY: ReadonlySet<string> = new Set(["content-type", "content-encoding", "content-md5", "content-digest", "digest"]);

/** Of answers: what belongs to the provider's own connection, host or browser session. There is no CORS, whatever a provider allows to pages. */
const RESPONSE_DROPPED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "alt-svc",
  "clear-site-data",
  "content-encoding",
  "content-length",
  "date",
  "nel",
  "report-to",
  "set-cookie",
  "set-cookie2",
  "strict-transport-security",
]);
const RESPONSE_DROPPED_PREFIX = /^(?:x-kong|access-control)-/;

/** Of providers' own APIs and client libraries: in front of another provider they mean nothing, or something else. */
const OF_A_PROVIDER = /^(?:openai|anthropic|x-stainless|x-goog|x-amz|x-amzn|x-ms|x-ai|cohere)-/;

/** Of a translated answer: what the client can act on. */
const TRANSLATED_KEPT = /^(?:retry-after(?:-ms)?|x-request-id|(?:[a-z]+-)*ratelimit(?:-[a-z]+)*)$/;

/** What is known of a header's name. */
interface Fate {
  readonly lower: string;
  readonly key: string;
  readonly dropped: boolean;
  readonly ofJsonBody: boolean;
  readonly ofAProvider: boolean;
}

/** Clients send the same few names; what is known of others is not kept. */
const fates = new Map<string, Fate>();
const MAX_FATES = 512;
const MAX_KEPT_NAME = 64;

function fateOf(name: string): Fate {
  let fate = fates.get(name);
  if (fate === undefined) {
    const lower = name.toLowerCase();
    const dropped = DROPPED.has(lower) || DROPPED_PREFIX.test(lower) || isCredentialHeader(lower);
    fate = { lower, key: headerKey(lower), dropped, ofJsonBody: OF_JSON_BODY.has(lower), ofAProvider: OF_A_PROVIDER.test(lower) };
    if (name.length <= MAX_KEPT_NAME) {
      if (fates.size >= MAX_FATES) fates.clear();
      fates.set(name, fate);
    }
  }
  return fate;
}

/** Names that a `Connection` header adds to the hop-by-hop ones. */
function connectionOptions(named: string | undefined): ReadonlySet<string> | undefined {
  if (named === undefined || named === "keep-alive" || named === "close") return undefined;
  return new Set(named.split(",").map((option) => option.trim().toLowerCase()));
}

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * The client's headers that travel upstream, as names and values in turn.
 * @param credentials configured names; none of them travels
 * @param kept a credential header that travels all the same (`allow_override`), in lower case; once, whatever the client sent
 * @param json whether the body is known to be JSON, whatever the client calls it
 * @param translated whether the upstream speaks another dialect than the client
 */
export function forwardedHeaders(
  request: IncomingMessage,
  credentials: CredentialNames,
  kept: string | undefined,
  requestId: string,
  json: boolean,
  translated: boolean,
): string[] {
  const { rawHeaders } = request;
  const named = connectionOptions(request.headers.connection) ?? NO_NAMES;
  const configured = credentials.headers;
  const headers: string[] = [];
  let keeps = kept !== undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const { lower, key, dropped, ofJsonBody, ofAProvider } = fateOf(name);
    if (named.has(lower)) continue;
    if (keeps && lower === kept) keeps = false;
    else if (dropped || (json && ofJsonBody) || (translated && ofAProvider) || configured.has(key)) continue;
    headers.push(name, rawHeaders[index + 1] ?? "");
  }
  if (json) headers.push("content-type", "application/json");
  headers.push("x-kong-request-id", requestId);
  return headers;
}

const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Whether an answer's headers of a name travel; providers send the same few names, and what is known of others is not kept. */
const travelling = new Map<string, boolean>();

function travels(name: string): boolean {
  let known = travelling.get(name);
  if (known === undefined) {
    known = !RESPONSE_DROPPED.has(name) && !RESPONSE_DROPPED_PREFIX.test(name) && TOKEN.test(name);
    if (name.length <= MAX_KEPT_NAME) {
      if (travelling.size >= MAX_FATES) travelling.clear();
      travelling.set(name, known);
    }
  }
  return known;
}

/** The upstream's headers that reach the client, as names and values in turn; the encoding of the body is the relay's to name. */
export function answerHeaders(upstream: Readonly<Record<string, string | string[] | undefined>>): string[] {
  const headers: string[] = [];
  const { connection } = upstream;
  const named = connectionOptions(typeof connection === "string" ? connection : connection?.join()) ?? NO_NAMES;
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || !travels(name) || named.has(name)) continue;
    if (typeof value === "string") add(headers, name, value);
    // there is one type only, whatever a proxy on the way has added
    else if (name === "content-type") add(headers, name, value[0] ?? "");
    else for (const one of value) add(headers, name, one);
  }
  return headers;
}

/** A header that the HTTP server would refuse to write is left out, whatever else the answer holds. */
function add(headers: string[], name: string, value: string): void {
  if (!UNSENDABLE.test(value)) headers.push(name, value);
}

/**
 * The headers of a translated answer that reach the client: when to come again, what is left, and the request's id; other headers are about another API.
 * @param forwarded all that would reach the client if both spoke one dialect
 */
export function translatedHeaders(forwarded: readonly string[]): string[] {
  const headers: string[] = [];
  let requestId: string | undefined;
  for (let index = 0; index + 1 < forwarded.length; index += 2) {
    const name = forwarded[index] ?? "";
    const value = forwarded[index + 1] ?? "";
    if (name === "request-id") requestId = value;
    if (name === "content-type" || TRANSLATED_KEPT.test(name)) headers.push(name, value);
  }
  if (requestId !== undefined && !headers.includes("x-request-id")) headers.push("x-request-id", requestId);
  return headers;
}

/** Puts a header in place of those of its name. */
export function setHeader(headers: string[], name: string, value: string): void {
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (headers[index]?.toLowerCase() === name) headers.splice(index, 2);
  }
  headers.push(name, value);
}

/** Whether a client takes an answer in this content coding. */
export function accepts(request: IncomingMessage, coding: string): boolean {
  const accepted = request.headers["accept-encoding"];
  if (typeof accepted !== "string") return false;
  return accepted.split(",").some((part) => {
    const [name, ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    return (name === coding || name === "*") && !parameters.some((parameter) => NO_WEIGHT.test(parameter));
  });
}

const NO_WEIGHT = /^q=0(?:\.0*)?$/;
