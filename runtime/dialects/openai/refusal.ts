/** What a provider's error is about: a request that is too long for the model, or that a content filter refused. */
import { isError, member } from "./chunk";
import { REFUSAL_CODES, REFUSAL_TEXTS, type Refusal, type Verdict } from "./refusal-table";

/** A refusal longer than this is none that a model gave, in bytes. */
const MAX_BYTES = 64 * 1024;

/** How much of a text is looked at, in characters. */
const LOOKED_AT = 4096;

/** Problems of FastAPI's list that are looked at. */
const MAX_DETAILS = 4;

/** The request is larger than the server takes. Source: RFC 9110, 15.5.14; Cerebras says nothing but that. */
const TOO_LARGE = 413;

/** With these it is the status that says what is wrong, whatever the text says of tokens: credentials, money, rates, load. */
const SAYS_OTHERWISE: ReadonlySet<number> = new Set([401, 402, 407, 408, 409, 429, 502, 503, 504, 529]);

/** Members that hold a code, a type of error among them. */
const CODES = ["code", "type", "error_code", "error_type"] as const;

type Texts = readonly string[];

const textsOf = (value: unknown): Texts => (typeof value === "string" ? [value.slice(0, LOOKED_AT)] : []);

/** FastAPI's `detail`: a text, or a list of `{"loc":["body","n"],"msg":"…"}`. */
function detailTexts(detail: unknown): Texts {
  if (!Array.isArray(detail)) return textsOf(detail);
  return (detail as readonly unknown[]).slice(0, MAX_DETAILS).flatMap((one) => textsOf(member(one, "msg")));
}

/** What an object says in words. Mistral puts FastAPI's `detail` into `message`, OpenRouter the provider's own error into `metadata.raw`. */
function wordsOf(error: unknown): Texts {
  const message = member(error, "message");
  return [
    ...textsOf(error),
    ...textsOf(message),
    ...detailTexts(member(message, "detail")),
    ...detailTexts(member(error, "detail")),
    ...textsOf(member(member(error, "metadata"), "raw")),
  ];
}

/** Codes are texts or numbers. */
function codesOf(error: unknown): Texts {
  const inner = member(error, "innererror");
  return [member(inner, "code"), ...CODES.map((name) => member(error, name))].flatMap((code) =>
    typeof code === "string" || typeof code === "number" ? [String(code)] : [],
  );
}

/** What an error object or text is about: by its codes; else by its words, unless the status says otherwise. */
function verdictOf(status: number | undefined, error: unknown): Verdict | undefined {
  for (const code of codesOf(error)) {
    const known = REFUSAL_CODES.get(code);
    if (known !== undefined) return known;
  }
  if (status !== undefined && SAYS_OTHERWISE.has(status)) return undefined;
  for (const words of wordsOf(error)) {
    for (const [pattern, refusal] of REFUSAL_TEXTS) if (pattern.test(words)) return refusal;
  }
  return undefined;
}

const refusal = (verdict: Verdict | undefined): Refusal | undefined => (verdict === "neither" ? undefined : verdict);

/**
 * What an error object or text is about.
 * @param status undefined inside a stream, where there is none
 */
export const refusalOf = (status: number | undefined, error: unknown): Refusal | undefined => refusal(verdictOf(status, error));

/** What a body is about: its `error`, or itself if that says nothing (vLLM, Mistral, xAI, Databricks). */
function verdictOfBody(status: number, body: Buffer): Verdict | undefined {
  if (body.length > MAX_BYTES) return undefined;
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    const answer: unknown = Array.isArray(parsed) ? (parsed as readonly unknown[])[0] : parsed;
    const error = member(answer, "error");
    return (isError(error) ? verdictOf(status, error) : undefined) ?? verdictOf(status, answer);
  } catch {
    return undefined;
  }
}

/** What the error of an answer is about. */
export function readRefusal(status: number, body: Buffer): Refusal | undefined {
  if (status < 400) return undefined;
  return refusal(verdictOfBody(status, body) ?? (status === TOO_LARGE ? "context_length" : undefined));
}
