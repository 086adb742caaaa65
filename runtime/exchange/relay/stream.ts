import type { Transform } from "node:stream";
import type { FailureClass } from "../../failover/failure";
import type { Dialect, ResumePoint, StreamReader } from "../../interfaces";
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
  /** Whether the text is kept, so that another answer can go on with it. */
  readonly resumable: boolean;
  /** Where an earlier answer broke: the client has its head and that text. */
  readonly resume: ResumePoint | undefined;
}

const flushRelay = (relay: StreamRelay): void => relay.flush();

/** Relays a stream of events: whole events only, as they come, with the client's pace. A cut stream never looks finished. */
export class StreamRelay implements Relay {
  private readonly reader: StreamReader;
  private readonly decoder: Transform | undefined;
  private readonly copy: PayloadCopy | undefined;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private opened: boolean;
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
    const { dialect, withholdUsage, resumable, resume, coding } = options;
    this.reader = dialect.streamReader({ withholdUsage, keepText: resumable, resume });
    this.opened = resume !== undefined;
    this.copy = options.logPayload ? new PayloadCopy() : undefined;
    this.decoder = coding === undefined ? undefined : this.unpack(coding);
  }

  data(chunk: Buffer): void {
    if (this.over) return;
    if (this.decoder === undefined) this.take(chunk);
    else if (!this.decoder.write(chunk)) {
      this.host.pause();
      this.decoder.once("drain", () => this.host.resume());
    }
  }

  end(): void {
    if (this.over) return;
    if (this.decoder === undefined) this.finish();
    else this.decoder.end();
  }

  fail(failure: FailureClass, error: GatewayError): void {
    this.flush();
    if (!this.isOver()) this.conclude(failure, error, this.options.dialect.errorEvent(error));
  }

  facts(): AnswerFacts {
    const { model, usage, characters, skipped } = this.reader;
    return { model, usage, characters, payload: this.copy?.read(), skipped };
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
        this.fail("invalid_answer", new GatewayError("upstream_answer", `the upstream's stream cannot be unpacked (${coding})`));
      });
    return decoder;
  }

  /**
   * What one read of the socket brought is relayed in one piece at the end of the tick: a read often holds many of the upstream's chunks, and handing
   * each of them on by itself costs more than all the rest.
   */
  private take(chunk: Buffer): void {
    if (this.arrived.push(chunk) === 1) process.nextTick(flushRelay, this);
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
      if (this.reader.content) this.host.firstContent();
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
    this.decoder?.pause();
    this.host.pause();
    response.once("drain", () => {
      this.full = false;
      this.decoder?.resume();
      this.host.resume();
    });
  }

  /** The upstream says inside its stream that it failed; what it said before is relayed, its own error event only where nothing goes on. */
  private failInside(ready: Buffer): void {
    const { failure = "failed", failureAt = ready.length } = this.reader;
    const before = ready.subarray(0, failureAt);
    if (this.opened && before.length > 0) this.write(before);
    this.conclude("invalid_answer", new GatewayError("upstream_answer", `the upstream ${failure}`), ready.subarray(failureAt));
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
      this.fail("invalid_answer", new GatewayError("upstream_error", "the upstream ended the stream before it was complete"));
      return;
    }
    this.over = true;
    if (rest.length > 0) this.held.push(rest);
    if (!this.opened) this.open();
    else if (rest.length > 0) this.write(rest);
    this.client.response.end();
    this.host.delivered(this.facts());
  }

  private conclude(failure: FailureClass, error: GatewayError, ending: Buffer): void {
    this.over = true;
    this.decoder?.destroy();
    const relayed = this.opened;
    this.host.failed({
      failure: relayed ? "cut" : failure,
      error,
      facts: this.facts(),
      relayed,
      ending: ending.length > 0 ? ending : this.options.dialect.errorEvent(error),
      resume: relayed ? this.reader.resumePoint() : undefined,
    });
  }
}
