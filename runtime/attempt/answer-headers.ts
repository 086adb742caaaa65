import { connectionOptions, HOP_BY_HOP, NO_NAMES } from "./hop-by-hop";

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

/** Of a translated answer: what the client can act on. */
const TRANSLATED_KEPT = /^(?:retry-after(?:-ms)?|x-request-id|(?:[a-z]+-)*ratelimit(?:-[a-z]+)*)$/;

/** Names that are kept at most, and the longest of them: providers send the same few. */
const MAX_KNOWN = 512;
const LONGEST_KNOWN = 64;

const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Whether an answer's headers of a name travel; providers send the same few names, and what is known of others is not kept. */
const travelling = new Map<string, boolean>();

function travels(name: string): boolean {
  let known = travelling.get(name);
  if (known === undefined) {
    known = !RESPONSE_DROPPED.has(name) && !RESPONSE_DROPPED_PREFIX.test(name) && TOKEN.test(name);
    if (name.length <= LONGEST_KNOWN) {
      if (travelling.size >= MAX_KNOWN) travelling.clear();
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
