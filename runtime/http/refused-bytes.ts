import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { GatewayError, type ErrorCode } from "../errors";
import { isLingering, linger } from "./linger";
import { isInAnswered, responseUnderWay } from "./turns";

const NO_HTTP: Refusal = ["bad_request", "the connection must carry valid HTTP/1.1 requests, but what came is none"];
const OTHER_VERSION: Refusal = ["http_version", "the connection must carry HTTP/1.1, but another version came"];

type Refusal = readonly [code: ErrorCode, message: string];

/** What HTTP's parser says of a connection; all its other codes are bytes that make no request. Source: Node's documentation of `clientError`, llhttp. */
const REFUSALS: Readonly<Partial<Record<string, Refusal>>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "the request did not arrive in time"],
  HPE_HEADER_OVERFLOW: ["head_too_large", "the request's head must be smaller"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["body_too_large", "the extensions of the body's chunks must be smaller"],
  HPE_INVALID_VERSION: OTHER_VERSION,
  HPE_PAUSED_H2_UPGRADE: OTHER_VERSION,
};

/** The client closed its side in the middle of a request. */
const CUT_SHORT = "HPE_INVALID_EOF_STATE";

const ALLOW = ["allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"] as const;

/**
 * Told of each connection that is refused, for metrics. `response` is there if a request was under way whose body broke off as something else: whoever has taken that
 * request answers it with the error.
 */
export type OnRefusedBytes = (error: GatewayError, response: ServerResponse | undefined) => void;

/**
 * Ends connections whose bytes make no request that could be answered in the usual way: bytes that are not HTTP, heads that are too large or too slow, and CONNECT.
 * They are told why, unless an answer is under way, a whole request waits for one, or they are the rest of a request that has its answer: nothing may come into the
 * middle of an answer, nor be taken for it.
 *
 * @param onRefused undefined if nobody counts, nor answers a request whose body broke
 */
export function refuseBytes(server: Server, onRefused: OnRefusedBytes | undefined): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const { code = "" } = error;
    // the system's own errors come with the end of the connection
    if (socket.destroyed || code === "ECONNRESET") socket.destroy();
    else if (!isLingering(socket)) refuse(socket, new GatewayError(...(REFUSALS[code] ?? NO_HTTP)), code === CUT_SHORT, onRefused);
    else if (code === CUT_SHORT) socket.destroy();
  });
  server.on("connect", (_: IncomingMessage, socket) => {
    // the server no longer listens to it
    socket.on("error", () => socket.destroy());
    refuse(socket, new GatewayError("method_not_allowed", "the method CONNECT is not served", undefined, ALLOW), false, onRefused);
  });
}

function refuse(socket: Duplex, error: GatewayError, isCut: boolean, onRefused: OnRefusedBytes | undefined): void {
  const response = responseUnderWay(socket);
  if (response === undefined) {
    // what is left of a request that has its answer gets no second one
    if (!isInAnswered(socket)) {
      onRefused?.(error, undefined);
      if (socket.writable) socket.write(answerOf(error));
    }
    linger(socket);
    return;
  }
  // a client that went away in the middle of its request wants no answer
  if (isCut || onRefused === undefined || response.headersSent || response.req.complete) socket.destroy();
  else {
    response.shouldKeepAlive = false;
    onRefused(error, response);
    linger(socket);
  }
}

function answerOf(error: GatewayError): string {
  const body = error.body().toString();
  const header = error.header === undefined ? "" : `${error.header.join(": ")}\r\n`;
  const head = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\ncontent-type: application/json; charset=utf-8\r\n${header}`;
  return `${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}
