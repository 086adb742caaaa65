import type { FreshToken } from "./fetched-token";
import { CredentialProblem } from "./problem";
import type { ServiceAnswer } from "./service-call";

/** A token's answer larger than this is none, in bytes. */
export const MAX_TOKEN_ANSWER = 64 * 1024;

/** What a header can hold of a token (RFC 6750, section 2.1, and more). */
const TOKEN = /^[\x21-\x7e]+$/;

/** A longer token is none, in characters: few servers take such a header. */
const LONGEST_TOKEN = 32_768;

/** A token whose lifetime is not told is used for so long, in milliseconds. */
const UNTOLD_LIFE_MS = 300_000;

/** Codes of errors that are told as they come. Source: RFC 6749, section 5.2; Entra's authentication error codes. All other texts of an answer are its own. */
const ERRORS: ReadonlySet<string> = new Set([
  "access_denied",
  "consent_required",
  "identity_not_found",
  "interaction_required",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_resource",
  "invalid_scope",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_grant_type",
]);

type Members = Readonly<Record<string, unknown>>;

/** The members of a JSON object; none of anything else. */
function membersOf(body: Buffer): Members {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Members) : {};
  } catch {
    return {};
  }
}

/** Seconds as a number, or as text as some services write it; undefined if it is neither. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : undefined;
}

function refusal({ status, body, retryAfterMs }: ServiceAnswer): CredentialProblem {
  const { error, error_codes: codes } = membersOf(body);
  const told: string[] = [];
  if (typeof error === "string" && ERRORS.has(error)) told.push(error);
  const code: unknown = Array.isArray(codes) ? codes[0] : undefined;
  // seven digits at most
  if (typeof code === "number" && Number.isInteger(code) && code > 0 && code < 10_000_000) told.push(`AADSTS${code}`);
  return new CredentialProblem(`the token service answered ${status}${told.length === 0 ? "" : ` (${told.join(", ")})`}`, retryAfterMs);
}

function lifeMsOf(members: Members, date: number): number {
  const seconds = secondsOf(members["expires_in"]);
  if (seconds !== undefined) return seconds * 1000;
  const end = secondsOf(members["expires_on"]);
  return end === undefined ? UNTOLD_LIFE_MS : end * 1000 - date;
}

/**
 * Reads the answer of an OAuth 2.0 token endpoint, or of one that answers like it.
 * @param date milliseconds since 1970
 * @throws CredentialProblem if it holds no token that can be used
 */
export function readToken(answer: ServiceAnswer, date: number): FreshToken {
  if (answer.status !== 200) throw refusal(answer);
  const members = membersOf(answer.body);
  const { access_token: value, token_type: type } = members;
  if (typeof value !== "string" || value.length > LONGEST_TOKEN || !TOKEN.test(value))
    throw new CredentialProblem("the token service answered 200 without a usable access_token");
  if (type !== undefined && (typeof type !== "string" || type.toLowerCase() !== "bearer"))
    throw new CredentialProblem("the token service answered with a token_type that is not Bearer");
  const lifeMs = lifeMsOf(members, date);
  if (lifeMs <= 0) throw new CredentialProblem("the token service answered with a token that has expired already");
  const refreshIn = secondsOf(members["refresh_in"]);
  return { value, lifeMs, refreshInMs: refreshIn !== undefined && refreshIn > 0 ? refreshIn * 1000 : undefined };
}
