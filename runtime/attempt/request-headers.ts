import type { IncomingMessage } from "node:http";
import { headerKey, isCredentialHeader } from "../credentials/credential-names";
import type { CredentialNames } from "../credentials/source";
import { connectionOptions, HOP_BY_HOP, NO_NAMES } from "./hop-by-hop";

/** What would tell the provider about the client's network, or what we say ourselves. */
const PRIVATE = ["host", "content-length", "accept-encoding", "forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip"];

const DROPPED: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...PRIVATE]);
const DROPPED_PREFIX = /^x-(?:kong|consumer|forwarded)-/;

/** They tell about bytes of the client's body; a JSON body is unpacked and changed on its way. */
const OF_JSON_BODY: ReadonlySet<string> = new Set(["content-type", "content-encoding", "content-md5", "content-digest", "digest"]);

/** Of providers' own APIs and client libraries: in front of another provider they mean nothing, or something else. */
const OF_A_PROVIDER = /^(?:openai|anthropic|x-stainless|x-goog|x-amz|x-amzn|x-ms|x-ai|cohere)-/;

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
