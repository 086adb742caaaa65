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

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {}

  /** Sends the head. */
  open(status: number, headers: string[]): void {
    this.status = status;
    for (const part of this.ownHeaders) headers.push(part);
    this.response.writeHead(status, headers);
  }

  /** Answers with an error of the gateway's own; nothing where the head is out already. */
  refuse(error: GatewayError): void {
    if (this.response.headersSent) return;
    const body = error.body();
    const headers = ["content-type", "application/json; charset=utf-8", "content-length", String(body.length)];
    if (this.request.complete || !sendsMuch(this.request)) {
      this.open(error.status, headers);
      this.response.end(body);
      return;
    }
    headers.push("connection", "close");
    endEarly(this.request, this.response, () => this.open(error.status, headers), body);
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
