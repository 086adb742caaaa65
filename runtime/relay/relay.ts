import type { ErrorAnswer } from "../codecs/answer";
import type { FailureClass } from "../failover/failure";
import type { ResumePoint } from "../codecs/stream-reader";
import type { Usage } from "../conversation/usage";
import { CollectedBytes } from "../bytes/collected-bytes";
import type { GatewayError } from "../errors";

/** What an answer turned out to say, gathered while it was relayed. */
export interface AnswerFacts {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** Characters of generated text, for an estimate; undefined if nobody looked. */
  readonly characters: number | undefined;
  /** Text that went to the client, if payloads are logged; its first MiB. */
  readonly payload: string | undefined;
  /** Events that were no valid JSON and have been left out. */
  readonly skipped: number;
}

export const NO_FACTS: AnswerFacts = { model: undefined, usage: undefined, characters: 0, payload: undefined, skipped: 0 };

/** Of an answer that was passed on without a look at it. */
export const PASSED_FACTS: AnswerFacts = { ...NO_FACTS, characters: undefined };

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
  /**
   * Takes the next bytes. If the client is slow, or there is much to read, it calls `pause`, and `resume` later on.
   * @returns false if they came with others in one turn of the event loop, so that the time of their coming is known
   */
  data(chunk: Buffer): boolean;
  /** The upstream's answer is complete. */
  end(): void;
  /**
   * The upstream failed, or there is no more time for it; the host hears what that means for the client. It hears it at once after `deadline`, and after a
   * second call; else a relay may first read what has come.
   */
  fail(failure: FailureClass, error: GatewayError): void;
  /** What is known so far, for an attempt that the client ended. */
  facts(): AnswerFacts;
  /** The attempt has ended for another reason. The relay gives up what it holds and does nothing any more. */
  stop(): void;
}

/** What an answer to a request for a stream turns out to be: events, one JSON object for each, or a whole answer. */
export type Found = "events" | "objects" | "whole";

/** What a relay needs of the attempt that it works for. */
export interface RelayHost {
  /** When bytes came last, on the gateway's clock. */
  readonly progressAt: number;
  /** Makes the upstream wait: the client is slow, or there is much to read. May be called again for another reason while the upstream waits. */
  pause(): void;
  /** Lets the upstream go on, as no reason to wait is left. */
  resume(): void;
  /** The answer went to the client whole. The upstream may not have ended yet. */
  delivered(facts: AnswerFacts): void;
  /** The answer is complete, and its status is no success. Nothing has gone to the client. */
  rejected(answer: UpstreamAnswer, refusal: ErrorAnswer["refusal"], facts: AnswerFacts): void;
  /** The answer could not be used or completed. */
  failed(failure: RelayFailure): void;
  /** First content went out. */
  firstContent(): void;
  /**
   * The answer is no stream of events, as its type says it is: another relay is to carry it.
   * @param bytes what has come of it
   * @param headers for the client, names and values in turn
   * @returns that relay; undefined if the answer has turned out to be of no use, so that the attempt has failed
   */
  reread(bytes: Buffer, headers: string[]): Relay | undefined;
  /**
   * What an answer has turned out to be by its first bytes.
   * @returns the relay that carries it; undefined if it is of no use, so that the attempt has failed
   */
  found(found: Found, headers: string[]): Relay | undefined;
  /** The answer failed before it was known what it is. */
  unread(failure: FailureClass, error: GatewayError): void;
  /**
   * A callback of the relay's own (a tick, an unpacker, a drained client) threw. The exchange ends with `internal`, which says nothing of the target; the
   * relay does nothing any more. Callbacks that the attempt itself makes (`data`, `end`, `fail`) are guarded by it.
   */
  crashed(cause: unknown): void;
}

/** Why an upstream is made to wait. */
export const enum Hold {
  /** The client has not taken what was written. */
  Client = 1,
  /** The unpacker is full. */
  Unpacker = 2,
  /** A large event is being read. */
  Reading = 4,
}

/** Makes an upstream wait as long as there is at least one reason. */
export class Brake {
  private reasons = 0;

  constructor(private readonly host: Pick<RelayHost, "pause" | "resume">) {}

  has(reason: Hold): boolean {
    return (this.reasons & reason) !== 0;
  }

  hold(reason: Hold): void {
    if (this.has(reason)) return;
    this.reasons |= reason;
    this.host.pause();
  }

  release(reason: Hold): void {
    if (!this.has(reason)) return;
    this.reasons &= ~reason;
    if (this.reasons === 0) this.host.resume();
  }
}

/** Largest part of a payload that is logged, in bytes. */
const MAX_LOGGED_PAYLOAD = 1024 * 1024;

/** Text of a payload as far as it is logged. */
export const loggedText = (payload: Buffer): string => payload.toString("utf8", 0, MAX_LOGGED_PAYLOAD);

/** Collects what is relayed, for `log_payloads`, within a limit. */
export class PayloadCopy {
  private readonly bytes = new CollectedBytes();

  add(bytes: Buffer): void {
    const room = MAX_LOGGED_PAYLOAD - this.bytes.length;
    if (room > 0) this.bytes.add(bytes.length > room ? bytes.subarray(0, room) : bytes);
  }

  read(): string {
    return loggedText(this.bytes.view());
  }
}
