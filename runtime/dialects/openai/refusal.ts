import { member } from "./chunk";

/** Codes that mean: the request is longer than the model's context. Source: OpenAI and what speaks like it (vLLM names it in the type). */
const CONTEXT_LENGTH: ReadonlySet<string> = new Set(["context_length_exceeded", "string_above_max_length", "request_too_large"]);

/** Codes that mean: a content filter refused it. Source: OpenAI, Azure OpenAI. */
const CONTENT_FILTER: ReadonlySet<string> = new Set(["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"]);

/** vLLM and others give no code but this sentence. */
const TOO_LONG = /maximum context length|context length exceeded|context_length_exceeded/i;

/** A refusal longer than this is none that a model gave. */
const MAX_BYTES = 64 * 1024;

/** What an error object is about, by its code; by its text if it has no code. */
export function refusalOf(error: unknown): "context_length" | "content_filter" | undefined {
  const codes = [member(error, "code"), member(member(error, "innererror"), "code")].filter((code) => typeof code === "string");
  if (codes.some((code) => CONTEXT_LENGTH.has(code))) return "context_length";
  if (codes.some((code) => CONTENT_FILTER.has(code))) return "content_filter";
  const message = member(error, "message");
  return codes.length === 0 && typeof message === "string" && TOO_LONG.test(message) ? "context_length" : undefined;
}

/** What the error of an answer is about. */
export function readRefusal(body: Buffer): "context_length" | "content_filter" | undefined {
  if (body.length > MAX_BYTES) return undefined;
  try {
    return refusalOf(member(JSON.parse(body.toString("utf8")), "error"));
  } catch {
    return undefined;
  }
}
