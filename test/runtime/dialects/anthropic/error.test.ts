import type { Json } from "../../../../runtime/conversation/json";
import { anthropic } from "../../../../runtime/dialects/anthropic";

const error = (type: string, message: string, details?: Json): Json => ({
  type: "error",
  error: details === undefined ? { type, message } : { type, message, details },
  request_id: "req_1",
});

test.each<[string, number, Json, string | undefined, string | undefined]>([
  ["long prompt", 400, error("invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"), undefined, "context_length"],
  [
    "long prompt and cap",
    400,
    error("invalid_request_error", "input length and `max_tokens` exceed context limit: 178959 + 64000 > 200000, decrease input length"),
    undefined,
    "context_length",
  ],
  ["large body", 413, error("request_too_large", "Request exceeds the maximum size"), undefined, "context_length"],
  ["filter", 400, error("invalid_request_error", "Output blocked by content filtering policy"), undefined, "content_filter"],
  ["other fault", 400, error("invalid_request_error", "max_tokens: Field required"), undefined, undefined],
  ["overload", 529, error("overloaded_error", "Overloaded"), undefined, undefined],
  [
    "spent",
    429,
    error("rate_limit_error", "Limit", { error_code: "enforced_spend_limit_reached" }),
    "enforced_spend_limit_reached",
    undefined,
  ],
])("%s", (_title, status, body, code, refusal) => {
  const { type, message } = (body as { error: { type: string; message: string } }).error;

  expect(anthropic.upstream.readError(status, body)).toEqual({ type, message, code, refusal });
});

test.each<[Json, string]>([
  [{ message: "Forbidden" }, "Forbidden"],
  [{ error: "prompt is too long" }, "prompt is too long"],
  [{ error: { message: "a", type: 1, details: [] } }, "a"],
])("a proxy's: %j", (body, message) => {
  expect(anthropic.upstream.readError(502, body)).toMatchObject({ message, type: undefined, code: undefined });
});

test.each<[Json | undefined]>([[undefined], [null], ["oh"], [[]], [{}], [{ error: null }], [{ error: { message: 1 } }]])(
  "nothing to tell: %j",
  (body) => {
    expect(anthropic.upstream.readError(500, body)).toBeUndefined();
  },
);
