import { CollectedBytes } from "../bytes/collected-bytes";
import { inSlices, LARGE_BYTES } from "../bytes/slices";
import type { FailureClass } from "../failover/failure";
import type { Answer, Written } from "../codecs/answer";
import type { Conversion } from "../codecs/codec";
import type { ClientSide } from "../client/client-side";
import { accepts } from "../client/accepts";
import { setHeader } from "../header-list";
import { describeUnpackProblem, Unpacker, type UnpackProblem, type UnpackTarget } from "../bytes/decode-body";
import { GatewayError } from "../errors";
import { Brake, Hold, NO_FACTS, PayloadCopy, type AnswerFacts, type Relay, type RelayHost, type UpstreamAnswer } from "./relay";

export interface BufferedOptions {
  readonly status: number;
  readonly headers: string[];
  readonly coding: string | undefined;
  readonly conversion: Conversion;
  readonly logPayload: boolean;
  /** Largest answer in bytes, packed and unpacked. */
  readonly maxBytes: number;
  /** Takes a successful answer in the client's place; undefined: the client gets it. */
  readonly take: ((answer: UpstreamAnswer) => void) | undefined;
}

const NOTHING = Buffer.alloc(0);

/** The field that sets `maxBytes`. */
const LIMIT_FIELD = "extensions.max_response_size";

/** Relays a complete answer: read whole, judged, and then sent byte for byte, or as the conversion has written it. */
export class BufferedRelay implements Relay {
  /** As it came. */
  private readonly body = new CollectedBytes();
  /** What has been unpacked of it, if it is packed. */
  private readonly plain: CollectedBytes | undefined;
  private readonly unpacker: Unpacker | undefined;
  private readonly brake: Brake;
  private over = false;
  private stopReading: (() => void) | undefined;

  constructor(
    private readonly host: RelayHost,
    private readonly client: ClientSide,
    private readonly options: BufferedOptions,
  ) {
    const { coding, maxBytes } = options;
    this.brake = new Brake(host);
    if (coding === undefined) return;
    const plain = (this.plain = new CollectedBytes());
    this.unpacker = Unpacker.of(coding, maxBytes, this.unpackTarget(plain));
  }

  data(chunk: Buffer): boolean {
    if (this.over) return true;
    const { maxBytes } = this.options;
    if (this.body.length + chunk.length > maxBytes) {
      this.unusable(`the answer of the upstream must be at most ${maxBytes} bytes (${LIMIT_FIELD}), but it is larger`);
      return true;
    }
    this.body.add(chunk);
    if (this.unpacker?.write(chunk) === false) this.brake.hold(Hold.Unpacker);
    return true;
  }

  end(): void {
    if (this.over) return;
    const { coding, status } = this.options;
    if (this.unpacker !== undefined) this.unpacker.end();
    else if (coding === undefined) this.judge(this.body.view());
    else if (status !== 200) this.reject(undefined);
    else this.unusable(`the upstream's answer cannot be unpacked: content-encoding ${coding.slice(0, 64)} is not known`);
  }

  fail(failure: FailureClass, error: GatewayError): void {
    if (this.over) return;
    this.stop();
    this.host.failed({ failure, error, facts: NO_FACTS, relayed: false, ending: undefined, resume: undefined });
  }

  facts(): AnswerFacts {
    return NO_FACTS;
  }

  stop(): void {
    if (this.over) return;
    this.over = true;
    this.unpacker?.destroy();
    this.stopReading?.();
    this.body.clear();
    this.plain?.clear();
  }

  private unpackTarget(plain: CollectedBytes): UnpackTarget {
    return {
      data: (bytes) => plain.add(bytes),
      end: () => this.judge(plain.view()),
      failed: (problem) => this.unpackFailed(problem),
      drained: () => this.brake.release(Hold.Unpacker),
      crashed: (cause) => this.crashed(cause),
    };
  }

  private unpackFailed(problem: UnpackProblem): void {
    const { coding = "", status, maxBytes } = this.options;
    // an answer that is no success is handed on as it came
    if (status !== 200 && problem === "broken") this.reject(undefined);
    else this.unusable(`the upstream's answer ${describeUnpackProblem(problem, coding, maxBytes, LIMIT_FIELD)}`);
  }

  private crashed(cause: unknown): void {
    this.stop();
    this.host.crashed(cause);
  }

  private unusable(message: string): void {
    this.fail("invalid_answer", new GatewayError("upstream_answer", message));
  }

  private judge(plain: Buffer): void {
    const { status, conversion } = this.options;
    // the body of what is no success is whatever it is; the exchange decides whether the client gets it
    if (status !== 200) {
      this.reject(plain);
      return;
    }
    if (plain.length <= LARGE_BYTES) {
      this.deliver(conversion.readAnswer(plain), plain);
      return;
    }
    const reading = conversion.readLargeAnswer(plain);
    this.stopReading = inSlices(
      reading,
      () => this.deliver(reading.result(), plain),
      (cause) => this.crashed(cause),
    );
  }

  private deliver(answer: Answer, plain: Buffer): void {
    if (!answer.ok) {
      this.unusable(`the upstream answered 200, but the answer ${answer.reason}`);
      return;
    }
    const facts: AnswerFacts = {
      model: answer.model,
      usage: answer.usage,
      characters: answer.usage === undefined ? answer.characters() : 0,
      payload: this.payload(answer.written?.body ?? plain),
      skipped: 0,
    };
    const given = this.given(plain, answer.written);
    this.stop();
    const { take } = this.options;
    if (take === undefined) sendWhole(this.client, given);
    else take(given);
    this.host.delivered(facts);
  }

  private reject(plain: Buffer | undefined): void {
    const { status, conversion } = this.options;
    // of what cannot be unpacked only the status is told, in the client's own words
    const { refusal, written } = conversion.readError(status, plain ?? NOTHING);
    const facts = plain === undefined ? NO_FACTS : { ...NO_FACTS, payload: this.payload(written?.body ?? plain) };
    const given = this.given(plain, written);
    this.stop();
    this.host.rejected(given, refusal, facts);
  }

  /** What the client gets: the upstream's bytes, packed as they came, or what was written for it. */
  private given(plain: Buffer | undefined, written: Written | undefined): UpstreamAnswer {
    const { status, headers, coding } = this.options;
    if (written === undefined) return { status, headers, body: this.body.view(), coding, plain };
    const { body, mediaType } = written;
    setHeader(headers, "content-type", mediaType);
    return { status, headers, body, coding: undefined, plain: body };
  }

  private payload(plain: Buffer): string | undefined {
    if (!this.options.logPayload) return undefined;
    const copy = new PayloadCopy();
    copy.add(plain);
    return copy.read();
  }
}

/** Sends a whole answer, packed as it came where the client takes that. */
export function sendWhole(client: ClientSide, { status, headers, body, coding, plain }: UpstreamAnswer): void {
  const packed = coding !== undefined && (plain === undefined || accepts(client.request, coding));
  const sent = packed ? body : (plain ?? body);
  if (packed) headers.push("content-encoding", coding);
  if (status !== 204) headers.push("content-length", String(sent.length));
  client.open(status, headers);
  client.finish(sent);
}
