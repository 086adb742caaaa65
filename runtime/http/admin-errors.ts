/**
 * Errors of the admin port, in Kong's shape: `message` always, `name` and `code` where Kong has them (2 = schema violation).
 * A message is made of what is fixed and of names, never of a token.
 */
interface ErrorKind {
  readonly status: number;
  readonly message: string;
  readonly name?: string;
  readonly code?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const UNREAD = { connection: "close" };

const ADMIN_ERRORS = {
  not_found: { status: 404, message: "Not found" },
  method_not_allowed: { status: 405, message: "Method not allowed" },
  not_scored: {
    status: 404,
    message:
      "no answer with this request_id is waiting for a score: only the last 10,000 of plugins with llm-accuracy are kept, each for one score",
  },
  no_token_file: {
    status: 403,
    message: "nothing can be changed on this admin port: start the gateway with --admin-token-file to allow it",
    headers: UNREAD,
  },
  no_host: {
    status: 400,
    message: "the request must have one Host header",
    headers: UNREAD,
  },
  // names of others lead here by DNS rebinding: a page in a browser could read what this port tells
  host_not_allowed: {
    status: 421,
    message:
      "this port is called by an IP address, by localhost or by a name of --admin-host-name: the Host header names another host, so start the gateway with --admin-host-name and that name to allow it",
    headers: UNREAD,
  },
  cross_origin: {
    status: 403,
    message: "the Origin header names another host than Host: a page of another site cannot change anything here",
    headers: UNREAD,
  },
  not_local: {
    status: 403,
    message:
      "from another machine this port serves /healthz alone: start the gateway with --admin-token-file to allow the rest with its token",
    headers: UNREAD,
  },
  // one text for a missing and a wrong token
  unauthorized: {
    status: 401,
    message: "Unauthorized: send the token of --admin-token-file as Authorization: Bearer <token>",
    headers: { "www-authenticate": "Bearer", ...UNREAD },
  },
  token_unreadable: {
    status: 503,
    message: "the file of --admin-token-file cannot be read at this moment or holds no token, so nothing can be changed",
    headers: UNREAD,
  },
  schema_violation: { status: 400, message: "schema violation", name: "schema violation", code: 2 },
  bad_request: { status: 400, message: "the body is not what Content-Type says; this port takes JSON" },
  body_too_large: { status: 413, message: "the body is over 65536 bytes", headers: UNREAD },
  unsupported_type: { status: 415, message: "the body must be JSON: send Content-Type: application/json" },
  internal: { status: 500, message: "An unexpected error occurred" },
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** A request on the admin port that gets one of the errors. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly kind: ErrorKind;

  constructor(code: keyof typeof ADMIN_ERRORS, message: string = ADMIN_ERRORS[code].message) {
    super(message);
    this.kind = ADMIN_ERRORS[code];
  }

  /** A body with wrong members; worded as Kong does. */
  static schemaViolation(problems: readonly string[]): AdminError {
    const many = problems.length === 1 ? "schema violation" : `${problems.length} schema violations`;
    return new AdminError("schema_violation", `${many} (${problems.join("; ")})`);
  }

  /** The answer's body. */
  get body(): Readonly<Record<string, string | number>> {
    const { name, code } = this.kind;
    return { message: this.message, ...(name !== undefined && { name }), ...(code !== undefined && { code }) };
  }
}

/** The error that an answer is made of, whatever was thrown. */
export function toAdminError(error: unknown): AdminError {
  if (error instanceof AdminError) return error;
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  if (status === 413) return new AdminError("body_too_large");
  if (status === 415) return new AdminError("unsupported_type");
  return new AdminError(typeof status === "number" && status < 500 ? "bad_request" : "internal");
}
