import { errors } from "undici";
import type { FailureClass } from "../failover/failure";
import type { Endpoint } from "../interfaces";
import { ProxyFailure } from "../upstream/dispatcher";
import { GatewayError } from "./errors";

/** A failure between the gateway and an upstream, with the error that says so. */
export interface UpstreamFailure {
  readonly failure: FailureClass;
  readonly error: GatewayError;
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
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Errors of the HTTP parser whose text says that the head is at fault. */
const HEAD_CODES =
  /^(?:HPE_(?:INVALID_(?:VERSION|STATUS|HEADER_TOKEN|CONTENT_LENGTH|TRANSFER_ENCODING|CONSTANT|URL|METHOD)|UNEXPECTED_CONTENT_LENGTH|CR_EXPECTED|LF_EXPECTED)|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;

/**
 * Names what went wrong between the gateway and an upstream: the phase and the address without path. Limits that passed are told by the attempt itself.
 * @param started whether the request had begun to be written
 * @param answering whether the answer's head had come
 */
export function upstreamFailure(cause: Error, { origin }: Endpoint, started: boolean, answering: boolean): UpstreamFailure {
  const code = codeOf(cause);
  const named = code === "" ? cause.name : code;
  if (cause instanceof ProxyFailure) {
    const text = `no connection to ${origin}: the proxy ${cause.reason}`;
    return { failure: "connect", error: new GatewayError("upstream_connect", text, undefined, cause.message) };
  }
  if (!started || CONNECT_CODES.has(code)) {
    return { failure: "connect", error: new GatewayError("upstream_connect", `no connection to ${origin} (${named})`) };
  }
  // a head with two lengths is noticed in the body only
  if (HEAD_CODES.test(code) || (!answering && cause instanceof errors.HTTPParserError)) {
    return { failure: "invalid_header", error: new GatewayError("upstream_error", `${origin} sent a malformed head (${named})`) };
  }
  if (answering) {
    return { failure: "invalid_answer", error: new GatewayError("upstream_error", `${origin} broke off its answer (${named})`) };
  }
  return { failure: "reset", error: new GatewayError("upstream_error", `${origin} closed the connection before it answered (${named})`) };
}
