import type { Transform } from "node:stream";
import type { Dialect, StreamReader } from "../../interfaces";
import type { ClientSide } from "../client-side";
import { streamDecoder } from "../decode-body";
import { GatewayError } from "../errors";
import { PayloadCopy, type AnswerFacts, type Relay, type RelayHost } from "./relay";

/** The answer's head waits for the first content, so that a failure before it can still be answered with a status; but not for more than this. */
const MAX_HELD_BYTES = 64 * 1024;

export interface StreamOptions {
  readonly headers: string[];
  readonly coding: string | undefined;
  readonly dialect: Dialect;
  readonly withholdUsage: boolean;
  readonly logPayload: boolean;
}

const flushRelay = (relay: StreamRelay): void => relay.flush();

/** Relays a stream of events: whole events only, as they come, with the client's pace. A cut stream never looks finished. */
export class StreamRelay implements Relay {
  private readonly reader: StreamReader;
  private readonly decoder: Transform | undefined;
  private readonly copy: PayloadCopy | undefined;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private opened = false;
  private over = false;
  /** Plain bytes that came since the last tick. */
  private arrived: Buffer[] = [];
  /** The client has not taken what was written: the upstream waits. */
  private full = false;

  constructor(
    private readonly host: RelayHost,
    private readonly client: ClientSide,
    private readonly options: StreamOptions,
  ) {
    this.reader = options.dialect.streamReader({ withholdUsage: options.withholdUsage });
    this.copy = options.logPayload ? new PayloadCopy() : undefined;
    this.decoder = options.coding === undefined ? undefined : this.unpack(options.coding);
  }

  data(chunk: Buffer): boolean {
    if (this.over) return true;
    if (this.decoder === undefined) return this.take(chunk);
    if (this.decoder.write(chunk)) return true;
    this.decoder.once("drain", () => this.host.resume());
    return false;
  }

  end(): void {
    if (this.over) return;
    if (this.decoder === undefined) this.finish();
    else this.decoder.end();
  }

  fail(error: GatewayError): void {
    this.flush();
    if (this.isOver()) return;
    this.over = true;
    this.decoder?.destroy();
    this.host.failed(error, this.facts());
    // the client has part of a stream: it is told inside of it, and the connection ends without the stream's own end
    if (this.opened) this.client.breakOff(this.options.dialect.errorEvent(error));
  }

  private unpack(coding: string): Transform | undefined {
    const decoder = streamDecoder(coding);
    decoder
      ?.on("data", (plain: Buffer) => {
        if (!this.over) this.take(plain);
      })
      .on("end", () => {
        if (!this.over) this.finish();
      })
      .on("error", () => {
        this.fail(new GatewayError("upstream_answer", `the upstream's stream cannot be unpacked (${coding})`));
      });
    return decoder;
  }

  /**
   * What one read of the socket brought is relayed in one piece at the end of the tick: a read often holds many of the upstream's chunks, and handing
   * each of them on by itself costs more than all the rest.
   */
  private take(chunk: Buffer): boolean {
    if (this.arrived.push(chunk) === 1) process.nextTick(flushRelay, this);
    return !this.full;
  }

  /** Relays what has arrived. */
  flush(): void {
    const { arrived } = this;
    if (arrived.length === 0 || this.over) return;
    this.arrived = [];
    const ready = this.reader.push(arrived.length === 1 && arrived[0] !== undefined ? arrived[0] : Buffer.concat(arrived));
    if (this.reader.failure !== undefined) this.failInside(ready);
    else this.relay(ready);
  }

  private isOver(): boolean {
    return this.over;
  }

  private relay(ready: Buffer): void {
    if (ready.length === 0) return;
    if (this.opened) {
      this.write(ready);
      return;
    }
    this.held.push(ready);
    this.heldBytes += ready.length;
    if (this.reader.content || this.heldBytes > MAX_HELD_BYTES) this.open();
  }

  private open(): void {
    this.opened = true;
    this.client.open(200, this.options.headers);
    this.host.firstContent();
    const first = this.held.length === 1 && this.held[0] !== undefined ? this.held[0] : Buffer.concat(this.held);
    this.held = [];
    this.write(first);
  }

  private write(bytes: Buffer): void {
    this.copy?.add(bytes);
    const { response } = this.client;
    if (response.write(bytes) || this.full) return;
    this.full = true;
    (this.decoder ?? this.host).pause();
    response.once("drain", () => {
      this.full = false;
      (this.decoder ?? this.host).resume();
    });
  }

  /** The upstream says inside its stream that it failed: before content that is a failed answer, afterwards the client gets the very event. */
  private failInside(ready: Buffer): void {
    const error = new GatewayError("upstream_answer", `the upstream ${this.reader.failure ?? "failed"}`);
    if (!this.opened) {
      this.fail(error);
      return;
    }
    this.over = true;
    this.decoder?.destroy();
    this.copy?.add(ready);
    this.host.failed(error, this.facts());
    this.client.breakOff(ready);
  }

  private finish(): void {
    this.flush();
    if (this.isOver()) return;
    const rest = this.reader.end();
    if (this.reader.failure !== undefined) {
      this.failInside(rest);
      return;
    }
    if (!this.reader.complete) {
      this.fail(new GatewayError("upstream_error", "the upstream ended the stream before it was complete"));
      return;
    }
    this.over = true;
    if (rest.length > 0) this.held.push(rest);
    if (!this.opened) this.open();
    else if (rest.length > 0) this.write(rest);
    this.client.response.end();
    this.host.delivered(this.facts());
  }

  private facts(): AnswerFacts {
    const { model, usage, characters } = this.reader;
    return { model, usage, characters, payload: this.copy?.read() };
  }
}
