/**
 * Headers and query parameters in which credentials travel, for any service. Sources: the providers' API references (OpenAI, Azure, Anthropic, Google,
 * AWS, ElevenLabs), RFC 9110 section 11, RFC 6265, RFC 6750, RFC 9449, and the headers that access proxies add.
 */

/** Words of a header's name that say that it carries a credential. */
const WORDS: ReadonlySet<string> = new Set([
  "accesskey",
  "accesstoken",
  "apikey",
  "apitoken",
  "assertion",
  "apisecret",
  "auth",
  "authentication",
  "authkey",
  "authorization",
  "authtoken",
  "bearer",
  "cookie",
  "cookie2",
  "credential",
  "credentials",
  "creds",
  "dpop",
  "jwt",
  "oauth",
  "oauth2",
  "oidc",
  "otp",
  "passwd",
  "password",
  "pwd",
  "saml",
  "secret",
  "secretkey",
  "token",
  "usertoken",
  "xapikey",
]);

/** Neighbouring words that do so together. */
const PAIRS: ReadonlySet<string> = new Set(["access-key", "api-key", "auth-key", "client-principal", "secret-key", "subscription-key"]);

/** A name that ends in `key` names a credential (`x-functions-key`, `x-rapidapi-key`), unless one of these words stands before it. */
const OTHER_KEYS: ReadonlySet<string> = new Set([
  "cache",
  "conversation",
  "dedup",
  "hash",
  "idempotency",
  "partition",
  "routing",
  "shard",
  "sort",
  "surrogate",
]);

/** `-` and `_` are alike, as many servers take the one for the other. */
const SEPARATOR = /[-_.]/;
const OTHER_SEPARATORS = /[_.]/g;

/**
 * The one spelling under which names of headers are compared.
 * @param lower in lower case
 */
export const headerKey = (lower: string): string => lower.replace(OTHER_SEPARATORS, "-");

/**
 * Whether a header of this name carries a credential: `authorization`, `x-api-key`, `ocp-apim-subscription-key`, `x-amz-security-token`, `cookie` and the
 * like, by the words in the name.
 * @param lower in lower case
 */
export function isCredentialHeader(lower: string): boolean {
  const words = lower.split(SEPARATOR);
  const last = words.length - 1;
  if (words[last] === "key" && !OTHER_KEYS.has(words[last - 1] ?? "")) return true;
  return words.some((word, index) => WORDS.has(word) || PAIRS.has(`${word}-${words[index + 1] ?? ""}`));
}

/** Query parameters that carry credentials at the served providers or after RFC 6750; others may have such words, as `page_token` does. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "access-token",
  "access_key",
  "access_token",
  "accesstoken",
  "api-key",
  "api-token",
  "api_key",
  "api_token",
  "apikey",
  "auth",
  "auth_token",
  "authorization",
  "bearer",
  "client_secret",
  "id_token",
  "jwt",
  "key",
  "ocp-apim-subscription-key",
  "password",
  "refresh_token",
  "secret",
  "session_token",
  "sig",
  "subscription-key",
  "token",
  "x-amz-credential",
  "x-amz-security-token",
  "x-amz-signature",
  "x-api-key",
  "x-goog-api-key",
]);

/** @param lower in lower case */
export const isCredentialParameter = (lower: string): boolean => PARAMETERS.has(lower);
