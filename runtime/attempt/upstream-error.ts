import { errors } from "undici";
import type { FailureClass } from "../failover/failure";
import type { TargetPlan } from "../targets/target-plan";
import { ProxyFailure } from "../upstream/proxy-failure";
import type { Phase } from "./attempt-timer";
import { GatewayError } from "../errors";

/** A failure between the gateway and an upstream, with the error that says so. */
export interface UpstreamFailure {
  readonly failure: FailureClass;
  readonly error: GatewayError;
}

/** What is known of the attempt that failed. */
export interface FailedCall {
  /** The target's label; clients learn no address. */
  readonly label: string;
  /** The client named the host, and it is one of a pattern. */
  readonly hostByClient: boolean;
  /** Whether the request had begun to be written. */
  readonly started: boolean;
  /** Whether the answer's head had come. */
  readonly answering: boolean;
}

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : "");

/** System errors that mean that no connection came about, so that nothing of the request was sent. */
const CONNECT_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EACCES",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** This machine lacks something: descriptors, memory, ports. */
const OWN_LACKS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EADDRNOTAVAIL"]);

/** The HTTP client refuses what it was asked to do. Codes of Node for wrong arguments are taken by their beginning. */
const OWN_MISTAKES: ReadonlySet<string> = new Set([
  "UND_ERR_INVALID_ARG",
  "UND_ERR_INVALID_RETURN_VALUE",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_DESTROYED",
  "UND_ERR_CLOSED",
  "ERR_HTTP_INVALID_HEADER_VALUE",
  "ERR_OUT_OF_RANGE",
]);

/** Errors of the HTTP parser whose text says that the head is at fault. */
const HEAD_CODES =
  /^(?:HPE_(?:INVALID_(?:VERSION|STATUS|HEADER_TOKEN|CONTENT_LENGTH|TRANSFER_ENCODING|CONSTANT|URL|METHOD)|UNEXPECTED_CONTENT_LENGTH|CR_EXPECTED|LF_EXPECTED)|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;

/** An error of several addresses is the machine's own if none of them has another cause. */
function isOwn(cause: Error): boolean {
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return cause.errors.every((one: unknown) => one instanceof Error && isOwn(one));
  }
  const code = codeOf(cause);
  if (OWN_LACKS.has(code) || OWN_MISTAKES.has(code) || code.startsWith("ERR_INVALID_")) return true;
  return code === "" && (cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError);
}

/**
 * Names what went wrong between the gateway and an upstream, and whose fault it was. Limits that passed are told by the attempt itself. Texts go to
 * clients: they name the target, never its address.
 */
export function upstreamFailure(cause: Error, { label, hostByClient, started, answering }: FailedCall): UpstreamFailure {
  const code = codeOf(cause);
  const named = code === "" ? cause.name : code;
  if (cause instanceof ProxyFailure) {
    const text = `no connection to ${label}: the proxy ${cause.reason}`;
    return { failure: "connect", error: new GatewayError("upstream_connect", text, undefined, undefined, cause.message) };
  }
  if (isOwn(cause)) {
    return { failure: "internal", error: new GatewayError("internal", `the gateway could not make the call to ${label} (${named})`) };
  }
  if (hostByClient && code === "ENOTFOUND") {
    return { failure: "internal", error: new GatewayError("unknown_host", `the host that the request asks for does not exist (${label})`) };
  }
  if (!started || CONNECT_CODES.has(code)) {
    return { failure: "connect", error: new GatewayError("upstream_connect", `no connection to ${label} (${named})`) };
  }
  // a head with two lengths is noticed in the body only
  if (HEAD_CODES.test(code) || (!answering && cause instanceof errors.HTTPParserError)) {
    return { failure: "invalid_header", error: new GatewayError("upstream_error", `${label} sent a malformed head (${named})`) };
  }
  if (answering) {
    return { failure: "invalid_answer", error: new GatewayError("upstream_error", `${label} broke off its answer (${named})`) };
  }
  return { failure: "reset", error: new GatewayError("upstream_error", `${label} closed the connection before it answered (${named})`) };
}

/**
 * The target's credentials could not be had, or not in time.
 * @param cause for logs alone; holds no secret
 */
export const noCredentials = (cause: string): GatewayError =>
  new GatewayError("credentials", "LLM request failed before proxying: no credentials for the target", undefined, undefined, cause);

/** A limit that passed, for clients: what was waited for, and which field sets the limit. */
export function timeoutText(label: string, phase: Phase | "first_token", limitMs: number, answering: boolean): string {
  switch (phase) {
    case "connect":
      return `the connection to ${label} was not open within connect_timeout (${limitMs} ms)`;
    case "write":
      return `${label} took nothing of the request for write_timeout (${limitMs} ms)`;
    case "first_token":
      return `${label} sent no content within extensions.first_token_timeout (${limitMs} ms)`;
    case "read":
      return answering
        ? `${label} stopped in its answer for longer than read_timeout (${limitMs} ms)`
        : `${label} sent no answer within read_timeout (${limitMs} ms)`;
  }
}

/** No target can be chosen, as no circuit lets a request through. */
export function allOpen(targets: readonly TargetPlan[], now: number): GatewayError {
  const milliseconds = Math.min(...targets.map(({ state }) => state.breaker.opensAgainAt(now) - now));
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new GatewayError(
    "all_open",
    `the circuit breakers of all ${targets.length} targets are open after too many failures (balancer.max_fails); try again in ${seconds} s`,
    seconds,
  );
}
