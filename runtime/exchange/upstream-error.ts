import { errors } from "undici";
import type { Endpoint } from "../interfaces";
import { GatewayError } from "./errors";

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
]);

/**
 * Names what went wrong between the gateway and an upstream: the phase, the limit if one was passed, and the address without path.
 * @param answering whether the answer's head had come
 */
export function upstreamError(error: Error, endpoint: Endpoint, answering: boolean, readTimeoutMs: number): GatewayError {
  const { origin } = endpoint;
  const code = codeOf(error);
  if (error instanceof errors.ConnectTimeoutError)
    return new GatewayError("upstream_timeout", `the connection to ${origin} was not open within connect_timeout`);
  if (error instanceof errors.HeadersTimeoutError) {
    return new GatewayError("upstream_timeout", `${origin} sent no answer within read_timeout (${readTimeoutMs} ms)`);
  }
  if (error instanceof errors.BodyTimeoutError) {
    return new GatewayError("upstream_timeout", `${origin} stopped in its answer for longer than read_timeout (${readTimeoutMs} ms)`);
  }
  if (
    CONNECT_CODES.has(code) ||
    code.startsWith("ERR_TLS") ||
    code.startsWith("CERT_") ||
    code.includes("SELF_SIGNED") ||
    code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
  ) {
    return new GatewayError("upstream_connect", `no connection to ${origin} (${code})`);
  }
  const phase = answering ? "broke off its answer" : "gave no valid answer";
  return new GatewayError("upstream_error", `${origin} ${phase} (${code === "" ? error.name : code})`);
}
