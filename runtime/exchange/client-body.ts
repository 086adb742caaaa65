import type { IncomingMessage, ServerResponse } from "node:http";
import { GatewayError } from "./errors";

/** How long what a client still sends is thrown away after it was refused, so that it can read the answer before the connection ends. */
const LINGER_MS = 2_000;

const tooLarge = (limit: number): GatewayError =>
  new GatewayError("body_too_large", `the request body must be at most ${limit} bytes (max_request_body_size), but it is larger`);

/**
 * Reads a request's body up to a limit in bytes. Calls `done` once: with the body, or with the error (413 at once where the announced length is
 * over the limit). A client that goes away while sending calls nothing; the response's `close` event tells.
 */
export function readClientBody(
  request: IncomingMessage,
  limit: number,
  done: (error: GatewayError | undefined, body: Buffer) => void,
): void {
  const announced = request.headers["content-length"];
  if (announced !== undefined && Number(announced) > limit) {
    done(tooLarge(limit), EMPTY);
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let length = 0;
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limit) {
      request.off("data", onData).off("end", onEnd);
      done(tooLarge(limit), EMPTY);
    } else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  };
  const onEnd = (): void => {
    done(undefined, more === undefined ? (first ?? EMPTY) : Buffer.concat(more, length));
  };
  request.on("data", onData).on("end", onEnd);
}

const EMPTY = Buffer.alloc(0);

/**
 * Ends a response whose request has not been read to its end. Closing the connection with unread bytes would make the client's system throw the
 * answer away, so they are read and dropped for a while first.
 */
export function endEarly(request: IncomingMessage, response: ServerResponse, head: () => void, body: Buffer): void {
  head();
  response.write(body);
  const timer = setTimeout(finish, LINGER_MS);
  function finish(): void {
    clearTimeout(timer);
    response.end();
  }
  response.once("close", () => clearTimeout(timer));
  request.once("end", finish);
  request.resume();
}
