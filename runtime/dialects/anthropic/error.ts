import type { ProviderError } from "../../conversation/answer";
import type { Json } from "../../conversation/json";
import { isObject, member, textOf } from "./json";

type Refusal = NonNullable<ProviderError["refusal"]>;

/** Types of errors that are about the request. Source: platform.claude.com, "Errors" (413 is a request that is too large). */
const BY_TYPE: ReadonlyMap<string, Refusal> = new Map([["request_too_large", "context_length"]]);

/**
 * Others have the type `invalid_request_error` and no code; only their text tells them apart.
 * Source: answers of the API as published in github.com/docker/docker-agent/issues/569 and github.com/anthropics/claude-code/issues/12186 (length), 58367
 * (filter).
 */
const BY_TEXT: readonly (readonly [pattern: RegExp, refusal: Refusal])[] = [
  [/prompt is too long|exceeds? (?:the )?context (?:limit|window)/i, "context_length"],
  [/content filtering policy/i, "content_filter"],
];

/** How much of a message is looked at, in characters. */
const LOOKED_AT = 1024;

/** For an error that says nothing. */
export const UNNAMED_ERROR: ProviderError = {
  message: "the provider reported an error",
  type: undefined,
  code: undefined,
  refusal: undefined,
};

function refusalOf(type: string | undefined, message: string): Refusal | undefined {
  const known = type === undefined ? undefined : BY_TYPE.get(type);
  if (known !== undefined) return known;
  const text = message.slice(0, LOOKED_AT);
  for (const [pattern, refusal] of BY_TEXT) if (pattern.test(text)) return refusal;
  return undefined;
}

/**
 * Reads `{"type": "error", "error": {"type", "message", "details"}}`, also as the data of an event, and the shorter forms of proxies in front of the API.
 * @returns undefined if there is no message
 */
export function readError(body: Json | undefined): ProviderError | undefined {
  const error = member(body, "error");
  const message = textOf(member(error, "message")) ?? textOf(error) ?? textOf(member(body, "message"));
  if (message === undefined) return undefined;
  const type = isObject(error) ? textOf(error["type"]) : undefined;
  return { message, type, code: textOf(member(member(error, "details"), "error_code")), refusal: refusalOf(type, message) };
}
