/** Errors in OpenAI's words. Source: OpenAI API reference, error codes. */
import type { ProviderError } from "../../conversation/answer";
import type { Json } from "../../conversation/json";
import { isError, member } from "./chunk";
import { refusalOf } from "./refusal";

/** What OpenAI says with a status. */
interface ErrorWords {
  readonly type: string;
  /** Null if the status does not say what is wrong. */
  readonly code: string | null;
}

const INVALID: ErrorWords = { type: "invalid_request_error", code: null };
const SERVER: ErrorWords = { type: "server_error", code: null };
const OVERLOADED: ErrorWords = { type: "server_error", code: "server_is_overloaded" };

/** One row for each status that says more than its hundred does. */
const WORDS: ReadonlyMap<number, ErrorWords> = new Map([
  [401, { type: "authentication_error", code: "invalid_api_key" }],
  [402, { type: "insufficient_quota", code: "insufficient_quota" }],
  [403, { type: "permission_error", code: null }],
  [404, { type: "invalid_request_error", code: "not_found" }],
  [413, { type: "invalid_request_error", code: "request_too_large" }],
  [429, { type: "rate_limit_error", code: "rate_limit_exceeded" }],
  [503, OVERLOADED],
  [529, OVERLOADED],
]);

const REFUSALS = {
  context_length: { type: "invalid_request_error", code: "context_length_exceeded" },
  content_filter: { type: "invalid_request_error", code: "content_filter" },
} as const satisfies Record<string, ErrorWords>;

/** An error inside a stream comes without a status; it is the server's. */
export const STATUS_IN_STREAM = 500;

/** A provider's message longer than this is cut off, in characters. */
const LONGEST_MESSAGE = 4096;
const LONGEST_WORD = 128;

/** OpenAI's error object. The code is the table's; if that has none, the provider's own. */
export function writeError(status: number, { message, code, refusal }: ProviderError): object {
  const words = refusal === undefined ? (WORDS.get(status) ?? (status >= 500 ? SERVER : INVALID)) : REFUSALS[refusal];
  return { error: { message, type: words.type, param: null, code: words.code ?? code ?? null } };
}

const text = (value: unknown, length: number): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, length) : undefined;

/** A short word; some providers give a number. */
const word = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : text(value, LONGEST_WORD));

/** What is wrong with a request by FastAPI's list: `[{"loc":["body","n"],"msg":"…"}]`. */
const detailText = (detail: unknown): string | undefined =>
  text(Array.isArray(detail) ? member((detail as readonly unknown[])[0], "msg") : detail, LONGEST_MESSAGE);

/**
 * Reads an error object or text; undefined if it says nothing.
 * @param status undefined inside a stream, where there is none
 */
export function readErrorObject(status: number | undefined, error: unknown): ProviderError | undefined {
  const type = word(member(error, "type"));
  const code = word(member(error, "code"));
  const message =
    text(error, LONGEST_MESSAGE) ?? text(member(error, "message"), LONGEST_MESSAGE) ?? detailText(member(error, "detail")) ?? code ?? type;
  return message === undefined ? undefined : { message, type, code, refusal: refusalOf(status, error) };
}

/** Reads the body of an error answer: OpenAI's `error` object, a text in its place (TGI), the object itself (Mistral), or a list with one (Gemini). */
export function readError(status: number, body: Json | undefined): ProviderError | undefined {
  const answer: unknown = Array.isArray(body) ? (body as readonly Json[])[0] : body;
  const error = member(answer, "error");
  return (isError(error) ? readErrorObject(status, error) : undefined) ?? readErrorObject(status, answer);
}
