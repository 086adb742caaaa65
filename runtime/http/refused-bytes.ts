import { STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { isAnswering } from "./turns";

/** What HTTP's parser says of a connection; anything else is a 400. */
const STATUSES: Readonly<Partial<Record<string, number>>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

const MESSAGES: Readonly<Record<number, string>> = {
  400: "the connection must carry valid HTTP/1.1 requests, but what came is none",
  405: "the method CONNECT is not served",
  408: "the request did not arrive in time",
  431: "the request's head must be smaller",
};

/**
 * Ends connections whose bytes make no request that could be answered in the usual way: bytes that are not HTTP, heads that are too large or too slow, and CONNECT.
 * They are told why, unless an answer is under way: nothing may come into the middle of that one, nor be taken for it.
 */
export function refuseBytes(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET") socket.destroy();
    else refuse(socket, STATUSES[error.code ?? ""] ?? 400);
  });
  server.on("connect", (_: IncomingMessage, socket) => {
    // the server no longer listens to it
    socket.on("error", () => socket.destroy());
    refuse(socket, 405, "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n");
  });
}

function refuse(socket: Duplex, status: number, header = ""): void {
  if (socket.writable && !isAnswering(socket)) {
    const code = status === 405 ? "method_not_allowed" : "bad_request";
    const body = JSON.stringify({ error: { message: MESSAGES[status], type: "invalid_request_error", code } });
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n${header}`;
    socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
  }
  socket.destroy();
}
