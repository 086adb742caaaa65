import type { IncomingMessage, ServerResponse } from "node:http";
import { endEarly } from "./client-body";
import type { GatewayError } from "./errors";

/** What is left of a body up to this size is read and dropped by the HTTP server itself, and the connection lives on. */
const SMALL_BODY_BYTES = 256 * 1024;

const sendsMuch = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > SMALL_BODY_BYTES;

/** The client's end of an exchange: its request and the response that it is given. */
export class ClientSide {
  /** Headers of the gateway's own, names and values in turn; filled while the exchange goes on and sent with the head. */
  readonly ownHeaders: string[] = [];
  /** Status that was sent; 0 while none was. */
  status = 0;
  /** Attempts that were made for the answer; told to the client where it took more than one. */
  attempts = 0;
  /** Label of the target whose answer the client gets. */
  target = "";

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {}

  /** Sends the head. */
  open(status: number, headers: string[]): void {
    this.status = status;
    for (const part of this.ownHeaders) headers.push(part);
    if (this.attempts > 1) headers.push("X-Kong-Upstream-Attempts", String(this.attempts), "X-Kong-Upstream-Target", this.target);
    this.response.writeHead(status, headers);
  }

  /** Answers with an error of the gateway's own; nothing where the head is out already. */
  refuse(error: GatewayError): void {
    if (this.response.headersSent) return;
    const body = error.body();
    const headers = ["content-type", "application/json; charset=utf-8", "content-length", String(body.length)];
    if (error.allow !== undefined) headers.push("allow", error.allow);
    if (error.retryAfterSeconds !== undefined) headers.push("retry-after", String(error.retryAfterSeconds));
    if (this.request.complete || !sendsMuch(this.request)) {
      this.open(error.status, headers);
      this.response.end(body);
      return;
    }
    headers.push("connection", "close");
    endEarly(this.request, this.response, () => this.open(error.status, headers), body);
  }

  /** The client is slow: one that takes nothing at all for so many milliseconds is dropped. Ends with the next `drain`. */
  limitWait(milliseconds: number): void {
    const { socket } = this.response;
    if (socket === null || !this.response.writableNeedDrain) return;
    // the socket's own limit sees progress within one large piece, which no event tells; the HTTP server destroys the connection when it passes
    socket.setTimeout(milliseconds);
    this.response.once("drain", () => socket.setTimeout(0));
  }

  /** Ends the connection without a proper end of the body, after a last piece if there is one. */
  breakOff(last: Buffer | undefined): void {
    const { response } = this;
    if (last === undefined || last.length === 0 || response.destroyed) {
      response.destroy();
      return;
    }
    response.write(last, () => response.socket?.destroySoon());
  }
}
