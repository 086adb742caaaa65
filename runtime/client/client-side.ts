import type { IncomingMessage, ServerResponse } from "node:http";
import { endEarly } from "./client-body";
import type { GatewayError } from "../errors";
import { EVENT_STREAM } from "../framing/sse";
import { headerValue } from "./header-value";
import { OutputWatch } from "./output-watch";

/** Kong's default of `balancer.write_timeout`, for answers without a route. */
const DEFAULT_WRITE_MS = 60_000;

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
  /** How long the client may take nothing of what it is sent, in milliseconds: `balancer.write_timeout` once the route is known. */
  writeMs = DEFAULT_WRITE_MS;
  /** When the client was last sent something of a stream, on the gateway's clock; kept by whoever writes. */
  wroteAt = 0;
  /** Since the client was slow for the first time. */
  private watch: OutputWatch | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {}

  /** Sends the head; nothing if one is out already. */
  open(status: number, headers: string[]): void {
    if (this.response.headersSent || this.response.destroyed) return;
    this.status = status;
    for (const part of this.ownHeaders) headers.push(part);
    if (this.attempts > 1)
      headers.push("X-Kong-Upstream-Attempts", String(this.attempts), "X-Kong-Upstream-Target", headerValue(this.target));
    this.response.writeHead(status, headers);
  }

  /** Whether the head of a stream is out: whatever follows is told inside of it. */
  get isStreaming(): boolean {
    return this.response.headersSent;
  }

  /**
   * Keeps a stream's connection alive. If nothing was sent yet the head goes first: it can say nothing of a target, as another one may answer.
   * @param comment no event of the client's dialect
   */
  keepAlive(comment: Buffer): void {
    const { response } = this;
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent) {
      this.status = 200;
      response.writeHead(200, ["content-type", EVENT_STREAM, "cache-control", "no-cache", ...this.ownHeaders]);
    }
    // a client that has not taken what it was sent is not kept waiting by the gateway
    if (response.writableLength === 0) response.write(comment);
  }

  /** Answers with an error of the gateway's own; nothing where the head is out already. */
  refuse(error: GatewayError): void {
    if (this.response.headersSent) return;
    const body = error.body();
    const headers = ["content-type", "application/json; charset=utf-8", "content-length", String(body.length)];
    if (error.header !== undefined) headers.push(...error.header);
    if (error.retryAfterSeconds !== undefined) headers.push("retry-after", String(error.retryAfterSeconds));
    if (this.request.complete || !sendsMuch(this.request)) {
      this.open(error.status, headers);
      this.finish(body);
      return;
    }
    headers.push("connection", "close");
    endEarly(this.request, this.response, () => this.open(error.status, headers), body);
    if (this.response.writableLength > 0) this.limitWait();
  }

  /** Ends the response properly, after a last piece if there is one. A client that does not take the rest is dropped like any slow one. */
  finish(last?: Buffer): void {
    const { response } = this;
    if (last === undefined) response.end();
    else response.end(last);
    if (response.writableLength > 0) this.limitWait();
  }

  /** The client is slow: one that takes nothing at all for `writeMs` is dropped, until the response has ended. */
  limitWait(): void {
    const { response } = this;
    const { socket } = response;
    if (socket === null || response.destroyed) return;
    this.watch ??= new OutputWatch(response, socket, this.writeMs);
  }

  /** Ends the connection without a proper end of the body, after a last piece if there is one. */
  breakOff(last: Buffer | undefined): void {
    const { response } = this;
    if (last === undefined || last.length === 0 || response.destroyed) {
      response.destroy();
      return;
    }
    response.write(last, () => response.socket?.destroySoon());
    if (response.writableLength > 0) this.limitWait();
  }
}
