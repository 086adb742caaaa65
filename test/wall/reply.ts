import type { Socket } from "node:net";
import type { Clock, Timer } from "../../runtime/clock";

/** The gateway ended the connection while its answer was being made; the fault that makes it need not know. */
export class Gone extends Error {}

export type Headers = Readonly<Record<string, string>>;

const REASONS: Readonly<Record<number, string>> = { 200: "OK", 400: "Bad Request", 429: "Too Many Requests", 503: "Service Unavailable" };

/** Head of an answer as HTTP/1.1 has it. */
export function headText(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${REASONS[status] ?? "Whatever"}\r\n${lines.join("")}\r\n`;
}

/** The upstream's side of one call: sends what it is told to, right or wrong, byte by byte if need be. */
export class Reply {
  /** The answer is complete, or has been broken off on purpose: what the gateway does to the connection from now on is no abort. */
  over = false;
  /** Body bytes handed to the system; for answers that never end. */
  sentBytes = 0;
  /** When the gateway ended the connection before the answer was over, in milliseconds on the test's clock; undefined where it did not. */
  abortedAt: number | undefined;
  private gone = false;
  private waiting: { readonly timer: Timer; readonly stop: () => void } | undefined;
  private readonly parts: Buffer[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly clock: Clock,
  ) {}

  /** The connection has ended; told by its owner, once. */
  connectionEnded(): void {
    this.gone = true;
    if (!this.over) this.abortedAt = this.clock.now();
    if (this.waiting === undefined) return;
    this.clock.cancel(this.waiting.timer);
    this.waiting.stop();
  }

  /** The body as it was sent with `whole` and `chunk`, without the framing. */
  get body(): Buffer {
    return Buffer.concat(this.parts);
  }

  /** Hands bytes to the system; resolves when it has taken them. @throws Gone */
  raw(bytes: string | Buffer): Promise<void> {
    if (this.gone) return Promise.reject(new Gone());
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => {
        if (error == null) resolve();
        else reject(new Gone());
      });
    });
  }

  /** A complete answer with its length. */
  async whole(status: number, body: string | Buffer, headers: Headers = {}): Promise<void> {
    const bytes = Buffer.from(body);
    this.parts.push(bytes);
    await this.raw(Buffer.concat([Buffer.from(headText(status, { ...headers, "content-length": String(bytes.length) })), bytes]));
    this.over = true;
  }

  /** A complete JSON answer. */
  json(status: number, value: unknown, headers: Headers = {}): Promise<void> {
    return this.whole(status, JSON.stringify(value), { "content-type": "application/json", ...headers });
  }

  /** The head of a chunked answer. */
  startChunked(headers: Headers): Promise<void> {
    return this.raw(headText(200, { ...headers, "transfer-encoding": "chunked" }));
  }

  /** The head of a stream of events. */
  startStream(headers: Headers = {}): Promise<void> {
    return this.startChunked({ "content-type": "text/event-stream", ...headers });
  }

  /** One chunk of the body. */
  async chunk(bytes: string | Buffer): Promise<void> {
    const buffer = Buffer.from(bytes);
    if (buffer.length === 0) return;
    this.parts.push(buffer);
    await this.raw(framed(buffer));
    this.sentBytes += buffer.length;
  }

  /** One chunk that is not kept in `body`, for answers that would fill the memory. */
  async chunkUnkept(bytes: Buffer): Promise<void> {
    await this.raw(framed(bytes));
    this.sentBytes += bytes.length;
  }

  /** The proper end of a chunked answer. */
  async finish(trailers: Headers = {}): Promise<void> {
    const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`);
    await this.raw(`0\r\n${lines.join("")}\r\n`);
    this.over = true;
  }

  /** Breaks the connection with a RST. */
  reset(): void {
    this.over = true;
    this.socket.resetAndDestroy();
  }

  /** Ends the connection after what has been sent, whether that was a whole answer or not. */
  hangUp(): void {
    this.over = true;
    this.socket.end();
  }

  /** Waits on the test's clock. @throws Gone */
  async pause(milliseconds: number): Promise<void> {
    if (this.gone) throw new Gone();
    await new Promise<void>((resolve) => {
      this.waiting = { timer: this.clock.start(() => resolve(), milliseconds, undefined), stop: resolve };
    });
    this.waiting = undefined;
    if (this.isGone()) throw new Gone();
  }

  /** Lets the bytes sent so far arrive by themselves, without any time passing on the test's clock. */
  apart(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Sends `bytes` so many bytes a second. */
  async drip(bytes: Buffer, perSecond: number): Promise<void> {
    for (const byte of bytes) {
      await this.pause(1000 / perSecond);
      await this.raw(Buffer.from([byte]));
    }
  }

  private isGone(): boolean {
    return this.gone;
  }
}

const framed = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
