import type { Usage } from "../../interfaces";
import type { GatewayError } from "../errors";

/** What an answer turned out to say, gathered while it was relayed. */
export interface AnswerFacts {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** Characters of generated text, for an estimate. */
  readonly characters: number;
  /** Bytes that reached the client, where payloads are logged. */
  readonly payload: string | undefined;
}

export const NO_FACTS: AnswerFacts = { model: undefined, usage: undefined, characters: 0, payload: undefined };

/** Carries one upstream answer to the client. */
export interface Relay {
  /** Takes the next bytes; false: the client is slow, and the upstream waits until `resume` is called. */
  data(chunk: Buffer): boolean;
  /** The upstream's answer is complete. */
  end(): void;
  /** The upstream failed; what the client has got decides how it is told. */
  fail(error: GatewayError): void;
}

/** What a relay needs of the attempt that it works for. */
export interface RelayHost {
  /** Makes the upstream wait: the client is slow. */
  pause(): void;
  /** Lets the upstream go on. */
  resume(): void;
  /** The answer reached the client whole. */
  delivered(facts: AnswerFacts): void;
  /** The answer could not be used or completed. The relay has not told the client where `headSent` is false. */
  failed(error: GatewayError, facts: AnswerFacts): void;
  /** First content went out. */
  firstContent(): void;
}

/** Largest part of a payload that is logged, in characters. */
const MAX_LOGGED_PAYLOAD = 1024 * 1024;

/** Collects what is relayed, for `log_payloads`, within a limit. */
export class PayloadCopy {
  private text = "";

  add(bytes: Buffer): void {
    if (this.text.length < MAX_LOGGED_PAYLOAD) this.text += bytes.toString("utf8");
  }

  read(): string {
    return this.text.slice(0, MAX_LOGGED_PAYLOAD);
  }
}
