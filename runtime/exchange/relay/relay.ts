import type { FailureClass } from "../../failover/failure";
import type { ResumePoint, Usage } from "../../interfaces";
import type { GatewayError } from "../errors";

/** What an answer turned out to say, gathered while it was relayed. */
export interface AnswerFacts {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** Characters of generated text, for an estimate. */
  readonly characters: number;
  /** Bytes that reached the client, where payloads are logged. */
  readonly payload: string | undefined;
  /** Events that were no valid JSON and have been left out. */
  readonly skipped: number;
}

export const NO_FACTS: AnswerFacts = { model: undefined, usage: undefined, characters: 0, payload: undefined, skipped: 0 };

/** A complete answer that was not relayed: its status is none of success. */
export interface UpstreamAnswer {
  readonly status: number;
  /** For the client, names and values in turn. */
  readonly headers: string[];
  /** As it came, packed or not. */
  readonly body: Buffer;
  readonly coding: string | undefined;
  /** Unpacked; undefined where it cannot be. */
  readonly plain: Buffer | undefined;
}

/** Why and where an answer broke. */
export interface RelayFailure {
  readonly failure: FailureClass;
  readonly error: GatewayError;
  readonly facts: AnswerFacts;
  /** Whether content has gone to the client. */
  readonly relayed: boolean;
  /** What the client gets as the last piece where nothing goes on; undefined: the connection ends at once. */
  readonly ending: Buffer | undefined;
  /** Where the stream can go on; undefined where it cannot. */
  readonly resume: ResumePoint | undefined;
}

/** Carries one upstream answer to the client. */
export interface Relay {
  /** Takes the next bytes. Where the client is slow it calls `pause`, and `resume` later on. */
  data(chunk: Buffer): void;
  /** The upstream's answer is complete. */
  end(): void;
  /** The upstream failed; the host hears what that means for the client. */
  fail(failure: FailureClass, error: GatewayError): void;
  /** What is known so far, for an attempt that the client ended. */
  facts(): AnswerFacts;
}

/** What a relay needs of the attempt that it works for. */
export interface RelayHost {
  /** Makes the upstream wait: the client is slow. */
  pause(): void;
  /** Lets the upstream go on. */
  resume(): void;
  /** The answer reached the client whole. */
  delivered(facts: AnswerFacts): void;
  /** The answer is complete, and its status is no success. Nothing has gone to the client. */
  rejected(answer: UpstreamAnswer, facts: AnswerFacts): void;
  /** The answer could not be used or completed. */
  failed(failure: RelayFailure): void;
  /** First content went out. */
  firstContent(): void;
  /**
   * A callback of the relay's own (a tick, an unpacker, a drained client) threw. The exchange ends with `internal`, which says nothing of the target; the
   * relay does nothing any more. Callbacks that the attempt itself makes (`data`, `end`, `fail`) are guarded by it.
   */
  crashed(cause: unknown): void;
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
