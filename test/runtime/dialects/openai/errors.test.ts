import type { ProviderError } from "../../../../runtime/conversation/answer";
import type { Json } from "../../../../runtime/conversation/json";
import { client } from "../../../../runtime/dialects/openai/client";
import { upstream } from "../../../../runtime/dialects/openai/upstream";

const error = (more: Partial<ProviderError> = {}): ProviderError => ({
  message: "m",
  type: "theirs",
  code: undefined,
  refusal: undefined,
  ...more,
});

test.each<[number, Partial<ProviderError>, string, string | null]>([
  [400, {}, "invalid_request_error", null],
  [400, { code: "their_code" }, "invalid_request_error", "their_code"],
  [400, { refusal: "context_length" }, "invalid_request_error", "context_length_exceeded"],
  [400, { refusal: "content_filter", code: "their_code" }, "invalid_request_error", "content_filter"],
  [401, { code: "their_code" }, "authentication_error", "invalid_api_key"],
  [402, {}, "insufficient_quota", "insufficient_quota"],
  [403, {}, "permission_error", null],
  [404, {}, "invalid_request_error", "not_found"],
  [413, {}, "invalid_request_error", "request_too_large"],
  [422, {}, "invalid_request_error", null],
  [429, {}, "rate_limit_error", "rate_limit_exceeded"],
  [500, {}, "server_error", null],
  [503, {}, "server_error", "server_is_overloaded"],
  [529, {}, "server_error", "server_is_overloaded"],
])("status %d with %j is told as %s, %s", (status, more, type, code) => {
  expect(client.writeError(status, error(more))).toStrictEqual({ error: { message: "m", type, param: null, code } });
});

test.each<[string, Json | undefined, ProviderError | undefined]>([
  ["OpenAI", { error: { message: "m", type: "t", param: null, code: "c" } }, { message: "m", type: "t", code: "c", refusal: undefined }],
  [
    "OpenAI, too long",
    { error: { message: "m", type: "t", code: "context_length_exceeded" } },
    { message: "m", type: "t", code: "context_length_exceeded", refusal: "context_length" },
  ],
  [
    "Azure, filtered",
    { error: { message: "m", code: "BadRequest", innererror: { code: "ResponsibleAIPolicyViolation" } } },
    { message: "m", type: undefined, code: "BadRequest", refusal: "content_filter" },
  ],
  [
    "vLLM",
    { object: "error", message: "This model's maximum context length is 8 tokens", type: "BadRequestError", code: null },
    { message: "This model's maximum context length is 8 tokens", type: "BadRequestError", code: undefined, refusal: "context_length" },
  ],
  ["Mistral", { object: "error", message: "m", type: "t", code: 1900 }, { message: "m", type: "t", code: "1900", refusal: undefined }],
  [
    "Mistral, wrong request",
    { detail: [{ loc: ["body", "n"], msg: "too many" }] },
    { message: "too many", type: undefined, code: undefined, refusal: undefined },
  ],
  ["TGI", { error: "m", error_type: "validation" }, { message: "m", type: undefined, code: undefined, refusal: undefined }],
  ["Gemini", [{ error: { message: "m", code: 400 } }], { message: "m", type: undefined, code: "400", refusal: undefined }],
  ["a text", "m", { message: "m", type: undefined, code: undefined, refusal: undefined }],
  ["a code alone", { error: { code: "c" } }, { message: "c", type: undefined, code: "c", refusal: undefined }],
  ["an empty error beside a message", { error: {}, message: "m" }, { message: "m", type: undefined, code: undefined, refusal: undefined }],
  ["nothing", undefined, undefined],
  ["an empty object", {}, undefined],
  ["an empty list", [], undefined],
  ["a number", 5, undefined],
  ["a flag", { error: true }, undefined],
])("an error of %s is read", (_name, body, expected) => {
  expect(upstream.readError(400, body)).toStrictEqual(expected);
});

test("a very long message is cut off", () => {
  expect(upstream.readError(500, { error: { message: "x".repeat(1e6) } })?.message).toHaveLength(4096);
});
