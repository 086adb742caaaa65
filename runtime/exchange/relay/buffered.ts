import type { Dialect } from "../../interfaces";
import type { ClientSide } from "../client-side";
import { accepts } from "../forward-headers";
import { decodeBody } from "../decode-body";
import { GatewayError } from "../errors";
import { NO_FACTS, PayloadCopy, type AnswerFacts, type Relay, type RelayHost } from "./relay";

/** Answers are kept whole until they are known to be good; one larger than this is none that a model gave. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface BufferedOptions {
  readonly status: number;
  readonly headers: string[];
  readonly coding: string | undefined;
  /** Undefined where the body is passed on whatever it is (status other than 200). */
  readonly dialect: Dialect | undefined;
  readonly logPayload: boolean;
}

/** Relays a complete answer: read whole, judged, and then sent byte for byte. */
export class BufferedRelay implements Relay {
  private chunks: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly host: RelayHost,
    private readonly client: ClientSide,
    private readonly options: BufferedOptions,
  ) {}

  data(chunk: Buffer): boolean {
    this.length += chunk.length;
    if (this.length > MAX_ANSWER_BYTES) {
      this.host.failed(
        new GatewayError("upstream_answer", `the answer of the upstream must be at most ${MAX_ANSWER_BYTES} bytes, but it is larger`),
        NO_FACTS,
      );
      return false;
    }
    this.chunks.push(chunk);
    return true;
  }

  end(): void {
    const body = this.chunks.length === 1 && this.chunks[0] !== undefined ? this.chunks[0] : Buffer.concat(this.chunks, this.length);
    this.chunks = [];
    const { coding } = this.options;
    if (coding === undefined) {
      this.judge(body, body, undefined);
      return;
    }
    decodeBody(body, coding, (error, plain) => {
      if (error === null) this.judge(plain, body, coding);
      else if (this.options.dialect === undefined) this.send(body, coding, NO_FACTS);
      else
        this.host.failed(
          new GatewayError("upstream_answer", `the upstream's answer cannot be unpacked (${coding}); it may be cut off`),
          NO_FACTS,
        );
    });
  }

  fail(error: GatewayError): void {
    this.host.failed(error, NO_FACTS);
  }

  private judge(plain: Buffer, packed: Buffer, coding: string | undefined): void {
    const answer = this.options.dialect?.readAnswer(plain);
    if (answer?.ok === false) {
      this.host.failed(new GatewayError("upstream_answer", `the upstream answered 200, but the answer ${answer.reason}`), NO_FACTS);
      return;
    }
    const facts: AnswerFacts = {
      model: answer?.model,
      usage: answer?.usage,
      characters: answer === undefined || answer.usage !== undefined ? 0 : answer.characters(),
      payload: this.options.logPayload ? copyOf(plain) : undefined,
    };
    if (coding !== undefined && accepts(this.client.request, coding)) this.send(packed, coding, facts);
    else this.send(plain, undefined, facts);
  }

  private send(body: Buffer, coding: string | undefined, facts: AnswerFacts): void {
    const { status, headers } = this.options;
    if (coding !== undefined) headers.push("content-encoding", coding);
    headers.push("content-length", String(body.length));
    this.client.open(status, headers);
    this.client.response.end(body);
    this.host.delivered(facts);
  }
}

function copyOf(body: Buffer): string {
  const copy = new PayloadCopy();
  copy.add(body);
  return copy.read();
}
