/** Every error that the gateway itself answers with, in one table: code, HTTP status, type and text. */

interface ErrorKind {
  readonly status: number;
  /** OpenAI's error type, which client libraries show. */
  readonly type: "invalid_request_error" | "api_error" | "not_supported_error" | "permission_error";
}

const KINDS = {
  no_route: { status: 404, type: "invalid_request_error" },
  no_plugin: { status: 503, type: "api_error" },
  not_ready: { status: 503, type: "api_error" },
  bad_request: { status: 400, type: "invalid_request_error" },
  http_version: { status: 505, type: "invalid_request_error" },
  head_too_large: { status: 431, type: "invalid_request_error" },
  request_timeout: { status: 408, type: "invalid_request_error" },
  bad_request_target: { status: 400, type: "invalid_request_error" },
  bad_host: { status: 400, type: "invalid_request_error" },
  method_not_allowed: { status: 405, type: "invalid_request_error" },
  wrong_content_type: { status: 400, type: "invalid_request_error" },
  body_too_large: { status: 413, type: "invalid_request_error" },
  body_not_json: { status: 400, type: "invalid_request_error" },
  unsupported_encoding: { status: 415, type: "invalid_request_error" },
  duplicate_key: { status: 400, type: "invalid_request_error" },
  wrong_format: { status: 400, type: "invalid_request_error" },
  streaming_denied: { status: 400, type: "invalid_request_error" },
  unknown_model: { status: 400, type: "invalid_request_error" },
  not_expressible: { status: 400, type: "invalid_request_error" },
  no_match: { status: 404, type: "invalid_request_error" },
  missing_model: { status: 400, type: "invalid_request_error" },
  bad_template: { status: 400, type: "invalid_request_error" },
  not_served: { status: 501, type: "not_supported_error" },
  bad_endpoint: { status: 400, type: "invalid_request_error" },
  origin_not_allowed: { status: 400, type: "invalid_request_error" },
  unknown_host: { status: 400, type: "invalid_request_error" },
  credentials: { status: 500, type: "api_error" },
  upstream_connect: { status: 502, type: "api_error" },
  upstream_error: { status: 502, type: "api_error" },
  upstream_answer: { status: 502, type: "api_error" },
  upstream_timeout: { status: 504, type: "api_error" },
  upstream_queue: { status: 503, type: "api_error" },
  all_open: { status: 503, type: "api_error" },
  deadline: { status: 504, type: "api_error" },
  draining: { status: 503, type: "api_error" },
  internal: { status: 500, type: "api_error" },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof KINDS;

/** All codes, for the documentation and for the test that compares the two. */
export const errorCodes = Object.keys(KINDS) as readonly ErrorCode[];

/** An answer of the gateway's own; its text goes to the client and holds no secret. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly status: number;
  readonly type: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Seconds for `Retry-After`; undefined where nothing is known. */
    readonly retryAfterSeconds?: number,
    /** The header that its status asks for, name and value: `Allow` with 405, `Accept-Encoding` with 415. */
    readonly header?: readonly [name: string, value: string],
    /** What is told to the log alone, such as the address of a proxy; no secret either. */
    readonly detail?: string,
  ) {
    super(message);
    this.status = KINDS[code].status;
    this.type = KINDS[code].type;
  }

  /** `{"error":{"message":…,"type":…,"code":…}}` */
  body(): Buffer {
    return Buffer.from(JSON.stringify({ error: { message: this.message, type: this.type, code: this.code } }));
  }
}
