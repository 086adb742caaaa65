import { CollectedBytes } from "../bytes/collected-bytes";
import { inSlices } from "../bytes/slices";
import type { FailureClass } from "../failover/failure";
import { ObjectStreamReader } from "../codecs/object-stream";
import type { StreamReader } from "../codecs/stream-reader";
import type { ClientSide } from "../client/client-side";
import { describeUnpackProblem, Unpacker, type UnpackProblem, type UnpackTarget } from "../bytes/decode-body";
import { GatewayError } from "../errors";
import { formOf, markLength, MAX_BLANK } from "../framing/form";
import { Brake, Hold, PayloadCopy, type AnswerFacts, type Relay, type RelayHost } from "./relay";

/** The answer's head waits for the first content, so that a failure before it can still be answered with a status; but not for more than this. */
const MAX_HELD_BYTES = 64 * 1024;

export interface StreamOptions {
  readonly headers: string[];
  readonly coding: string | undefined;
  readonly reader: StreamReader;
  readonly logPayload: boolean;
  /** Whether the client has the head and content of an earlier answer, with which this one goes on. */
  readonly goesOn: boolean;
  /** Whether it is known that the stream holds JSON objects instead of events. */
  readonly objects: boolean;
}

/** Why there is no more input. */
interface Failure {
  readonly failure: FailureClass;
  readonly error: GatewayError;
}

const flushRelay = (relay: StreamRelay): void => relay.flushInTick();

/** Relays a stream of events: whole events only, as they come, with the client's pace. A cut stream never looks finished. */
export class StreamRelay implements Relay {
  private reader: StreamReader;
  private readonly unpacker: Unpacker | undefined;
  private readonly copy: PayloadCopy | undefined;
  private readonly brake: Brake;
  private readonly held = new CollectedBytes();
  private opened: boolean;
  private over = false;
  /** Whether it is known what the first bytes are. */
  private begun = false;
  /** First bytes that do not tell yet what they are. */
  private beginning: Buffer | undefined;
  /** Plain bytes that came since the last tick, or while a large event was read. */
  private arrived: Buffer[] = [];
  private stopReading: (() => void) | undefined;
  /** The upstream has ended; what it sent may not have been read yet. */
  private ending = false;
  /** All that it sent has been unpacked. */
  private settling = false;
  /** How it ended, if not well. */
  private broken: Failure | undefined;

  constructor(
    private readonly host: RelayHost,
    private readonly client: ClientSide,
    private readonly options: StreamOptions,
  ) {
    const { reader, goesOn, coding } = options;
    this.reader = reader;
    this.opened = goesOn;
    this.copy = options.logPayload ? new PayloadCopy() : undefined;
    this.brake = new Brake(host);
    this.unpacker = coding === undefined ? undefined : Unpacker.of(coding, Infinity, this.unpackTarget());
  }

  data(chunk: Buffer): boolean {
    if (this.over || this.ending) return true;
    const { coding } = this.options;
    if (coding === undefined) return this.take(chunk);
    if (this.unpacker === undefined) this.fail("invalid_answer", new GatewayError("upstream_answer", unknownCoding(coding)));
    else if (!this.unpacker.write(chunk)) this.brake.hold(Hold.Unpacker);
    return true;
  }

  end(): void {
    if (this.over || this.ending) return;
    this.ending = true;
    if (this.unpacker === undefined) this.settle();
    else this.unpacker.end();
  }

  fail(failure: FailureClass, error: GatewayError): void {
    if (this.over) return;
    const again = this.ending;
    this.ending = true;
    this.broken = { failure, error };
    if (again || failure === "deadline" || failure === "draining") {
      this.flush();
      this.concludeBroken(this.broken);
    } else if (this.unpacker === undefined) this.settle();
    else this.unpacker.end();
  }

  facts(): AnswerFacts {
    const { model, usage, characters, skipped } = this.reader;
    return { model, usage, characters, payload: this.copy?.read(), skipped };
  }

  stop(): void {
    if (this.over) return;
    this.over = true;
    this.unpacker?.destroy();
    this.stopReading?.();
    this.arrived = [];
    this.held.clear();
    this.client.response.off("drain", this.drained);
  }

  /** Relays what has arrived, at the end of a tick. */
  flushInTick(): void {
    if (this.over) return;
    try {
      this.flush();
    } catch (cause) {
      this.crashed(cause);
    }
  }

  private unpackTarget(): UnpackTarget {
    return {
      data: (plain) => this.take(plain),
      end: () => this.settle(),
      failed: (problem) => this.unpackFailed(problem),
      drained: () => this.brake.release(Hold.Unpacker),
      crashed: (cause) => this.crashed(cause),
    };
  }

  private unpackFailed(problem: UnpackProblem): void {
    const { coding = "" } = this.options;
    const message = `the upstream's stream ${describeUnpackProblem(problem, coding, Infinity, "")}`;
    this.ending = true;
    // a cut explains a broken packing, not the other way round
    this.broken ??= { failure: "invalid_answer", error: new GatewayError("upstream_answer", message) };
    this.settle();
  }

  private crashed(cause: unknown): void {
    this.stop();
    this.host.crashed(cause);
  }

  /**
   * What one read of the socket brought is relayed in one piece at the end of the tick: a read often holds many of the upstream's chunks, and handing
   * each of them on by itself costs more than all the rest.
   */
  private take(chunk: Buffer): boolean {
    if (this.arrived.push(chunk) > 1) return false;
    if (!this.reader.busy) process.nextTick(flushRelay, this);
    return true;
  }

  private flush(): void {
    const { arrived } = this;
    if (arrived.length === 0 || this.over) return;
    const bytes = arrived.length === 1 && arrived[0] !== undefined ? arrived[0] : Buffer.concat(arrived);
    if (this.reader.busy) {
      // no more than a few reads of the socket, as the upstream waits; joined all the same, as they may be tiny
      this.arrived = [bytes];
      return;
    }
    this.arrived = [];
    if (this.begun) this.pass(this.reader.push(bytes));
    else this.begin(this.beginning === undefined ? bytes : Buffer.concat([this.beginning, bytes]));
  }

  /** Reads the first bytes, if they are enough to tell what the answer is: its type alone does not. */
  private begin(bytes: Buffer): void {
    const form = formOf(bytes);
    const isTold = form !== undefined || this.ending || bytes.length > MAX_BLANK;
    this.beginning = isTold ? undefined : bytes;
    if (this.beginning !== undefined) return;
    this.begun = true;
    if (form === "json") {
      if (!this.options.objects && this.unpacker === undefined) {
        this.handOver(bytes);
        return;
      }
      this.reader = new ObjectStreamReader(this.reader);
    }
    const mark = markLength(bytes);
    // behind a comment of the gateway's, a byte order mark would be a part of the first line
    this.pass(this.reader.push(mark === 0 ? bytes : bytes.subarray(mark)));
  }

  /** These are no events: another relay takes what has come, and how it ended. */
  private handOver(bytes: Buffer): void {
    const { ending, broken } = this;
    this.stop();
    const next = this.host.reread(bytes, this.options.headers);
    if (broken !== undefined) next?.fail(broken.failure, broken.error);
    else if (ending) next?.end();
  }

  /** Hands on what the reader gave back, and does what it found. */
  private pass(ready: Buffer): void {
    const { reader } = this;
    if (reader.failure !== undefined) {
      this.failInside(ready);
      return;
    }
    this.relay(ready);
    if (reader.ended) this.complete();
    else if (reader.busy && this.stopReading === undefined) this.readLarge();
  }

  /** Reads a large event, or very many small ones, step by step, while the upstream waits. */
  private readLarge(): void {
    this.brake.hold(Hold.Reading);
    this.unpacker?.pause();
    const step = (): boolean => {
      this.pass(this.reader.step());
      return this.over || !this.reader.busy;
    };
    this.stopReading = inSlices(
      { step },
      () => {
        this.stopReading = undefined;
        if (!this.over) this.goOn();
      },
      (cause) => this.crashed(cause),
    );
  }

  /** What was much to read has been read. */
  private goOn(): void {
    this.pass(this.reader.push(NOTHING));
    if (this.over || this.reader.busy) return;
    this.brake.release(Hold.Reading);
    this.resumeUnpacker();
    this.flush();
    if (this.settling && !this.isOver()) this.settle();
  }

  private resumeUnpacker(): void {
    if (!this.brake.has(Hold.Client) && !this.reader.busy) this.unpacker?.resume();
  }

  private isOver(): boolean {
    return this.over;
  }

  private isBusy(): boolean {
    return this.reader.busy;
  }

  private relay(ready: Buffer): void {
    if (ready.length === 0 && (this.opened || !this.reader.content)) {
      // content that a client has from an earlier answer is no less content, and there may be some of which it is told nothing
      if (this.opened && this.reader.content) this.host.firstContent();
      return;
    }
    if (this.opened) {
      if (this.reader.content) this.host.firstContent();
      this.write(ready);
      return;
    }
    this.held.add(ready);
    if (!this.reader.content && this.held.length <= MAX_HELD_BYTES) return;
    this.open();
    if (ready.length === 0) this.client.response.flushHeaders();
  }

  private open(): void {
    this.opened = true;
    this.client.open(200, this.options.headers);
    // much that is no content opens it too
    if (this.reader.content) this.host.firstContent();
    if (this.held.length > 0) this.write(this.held.take());
  }

  private write(bytes: Buffer): void {
    this.copy?.add(bytes);
    const { client } = this;
    const { response } = client;
    client.wroteAt = this.host.progressAt;
    if (response.write(bytes) || this.brake.has(Hold.Client)) return;
    this.unpacker?.pause();
    this.brake.hold(Hold.Client);
    response.once("drain", this.drained);
  }

  private readonly drained = (): void => {
    if (this.over) return;
    try {
      this.brake.release(Hold.Client);
      this.resumeUnpacker();
    } catch (cause) {
      this.crashed(cause);
    }
  };

  /** The upstream says inside its stream that it failed; what it said before is relayed, its own error event only if nothing goes on. */
  private failInside(ready: Buffer): void {
    const { failure = "failed", failureAt = ready.length } = this.reader;
    const before = ready.subarray(0, failureAt);
    if (this.opened && before.length > 0) this.write(before);
    this.conclude("invalid_answer", new GatewayError("upstream_answer", `the upstream ${failure}`), ready.subarray(failureAt));
  }

  /** There is no more input: reads the rest of it, and ends. */
  private settle(): void {
    this.settling = true;
    this.flush();
    if (this.beginning !== undefined) this.begin(this.beginning);
    if (this.isOver() || this.isBusy()) return;
    // of a stream that broke off only whole events count
    if (this.broken === undefined) this.pass(this.reader.end());
    if (this.isOver() || this.isBusy()) return;
    if (this.broken !== undefined) this.concludeBroken(this.broken);
    else if (this.reader.complete) this.complete();
    else this.concludeBroken({ failure: "invalid_answer", error: new GatewayError("upstream_error", INCOMPLETE) });
  }

  /** Without its end mark a stream that breaks is a cut one, also behind a finish: usage, or another choice, may be missing. */
  private concludeBroken({ failure, error }: Failure): void {
    if (!this.over) this.conclude(failure, error, NOTHING);
  }

  /** The client has all that belongs to the stream, whatever the upstream does next. */
  private complete(): void {
    if (!this.opened) this.open();
    const facts = this.facts();
    this.stop();
    this.client.finish();
    this.host.delivered(facts);
  }

  private conclude(failure: FailureClass, error: GatewayError, ending: Buffer): void {
    const relayed = this.opened;
    const facts = this.facts();
    this.stop();
    this.host.failed({
      failure: relayed ? "cut" : failure,
      error,
      facts,
      relayed,
      ending: ending.length > 0 ? ending : this.reader.fail(error),
      resume: relayed ? this.reader.resumePoint() : undefined,
    });
  }
}

const NOTHING = Buffer.alloc(0);
const unknownCoding = (coding: string): string =>
  `the upstream's stream cannot be unpacked: content-encoding ${coding.slice(0, 64)} is not known`;
const INCOMPLETE = "the upstream ended the stream before it was complete";
