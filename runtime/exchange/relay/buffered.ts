import type { FailureClass } from "../../failover/failure";
import type { Dialect } from "../../interfaces";
import type { ClientSide } from "../client-side";
import { accepts } from "../forward-headers";
import { decodeBody } from "../decode-body";
import { GatewayError } from "../errors";
import { NO_FACTS, PayloadCopy, type AnswerFacts, type Relay, type RelayHost, type UpstreamAnswer } from "./relay";

/** Answers are kept whole until they are known to be good; one larger than this is none that a model gave. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface BufferedOptions {
  readonly status: number;
  readonly headers: string[];
  readonly coding: string | undefined;
  /** Undefined where the status is no success: the body is whatever it is, and the exchange decides whether the client gets it. */
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

  data(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length > MAX_ANSWER_BYTES) {
      this.unusable(`the answer of the upstream must be at most ${MAX_ANSWER_BYTES} bytes, but it is larger`);
    } else this.chunks.push(chunk);
  }

  end(): void {
    const body = this.chunks.length === 1 && this.chunks[0] !== undefined ? this.chunks[0] : Buffer.concat(this.chunks, this.length);
    this.chunks = [];
    const { coding, dialect } = this.options;
    if (coding === undefined) {
      this.judge(body, body, undefined);
      return;
    }
    decodeBody(body, coding, (error, plain) => {
      if (error === null) this.judge(plain, body, coding);
      else if (dialect === undefined) this.reject(body, coding, undefined);
      else this.unusable(`the upstream's answer cannot be unpacked (${coding}); it may be cut off`);
    });
  }

  fail(failure: FailureClass, error: GatewayError): void {
    this.host.failed({ failure, error, facts: NO_FACTS, relayed: false, ending: undefined, resume: undefined });
  }

  facts(): AnswerFacts {
    return NO_FACTS;
  }

  private unusable(message: string): void {
    this.fail("invalid_answer", new GatewayError("upstream_answer", message));
  }

  private judge(plain: Buffer, packed: Buffer, coding: string | undefined): void {
    const { dialect } = this.options;
    if (dialect === undefined) {
      this.reject(packed, coding, plain);
      return;
    }
    const answer = dialect.readAnswer(plain);
    if (!answer.ok) {
      this.unusable(`the upstream answered 200, but the answer ${answer.reason}`);
      return;
    }
    const facts: AnswerFacts = {
      model: answer.model,
      usage: answer.usage,
      characters: answer.usage === undefined ? answer.characters() : 0,
      payload: this.payload(plain),
      skipped: 0,
    };
    const { headers, status } = this.options;
    sendWhole(this.client, { status, headers, body: packed, coding, plain });
    this.host.delivered(facts);
  }

  private reject(body: Buffer, coding: string | undefined, plain: Buffer | undefined): void {
    const { status, headers } = this.options;
    const payload = plain === undefined ? undefined : this.payload(plain);
    this.host.rejected({ status, headers, body, coding, plain }, { ...NO_FACTS, payload });
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
  client.response.end(sent);
}
