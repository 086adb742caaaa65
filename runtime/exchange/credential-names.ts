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
  "auth",
  "authentication",
  "authorization",
  "authtoken",
  "bearer",
  "cookie",
  "cookie2",
  "credential",
  "credentials",
  "dpop",
  "jwt",
  "passwd",
  "password",
  "secret",
  "secretkey",
  "token",
]);

/** Neighbouring words that do so together. */
const PAIRS: ReadonlySet<string> = new Set(["access-key", "api-key", "auth-key", "client-principal", "secret-key", "subscription-key"]);

/** `-` and `_` are alike, as many servers take the one for the other. */
const SEPARATOR = /[-_.]/;

/**
 * Whether a header of this name carries a credential: `authorization`, `x-api-key`, `ocp-apim-subscription-key`, `x-amz-security-token`, `cookie` and the
 * like, by the words in the name.
 * @param lower in lower case
 */
export function isCredentialHeader(lower: string): boolean {
  const words = lower.split(SEPARATOR);
  return words.some((word, index) => WORDS.has(word) || PAIRS.has(`${word}-${words[index + 1] ?? ""}`));
}

/** Query parameters that carry credentials at the served providers or after RFC 6750; others may have such words, as `page_token` does. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "access_token",
  "api-key",
  "api_key",
  "apikey",
  "auth_token",
  "authorization",
  "client_secret",
  "id_token",
  "key",
  "refresh_token",
  "subscription-key",
  "x-amz-credential",
  "x-amz-security-token",
  "x-amz-signature",
  "x-api-key",
  "x-goog-api-key",
]);

/** @param lower in lower case */
export const isCredentialParameter = (lower: string): boolean => PARAMETERS.has(lower);
