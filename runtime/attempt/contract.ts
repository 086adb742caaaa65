import type { ClientSide } from "../client/client-side";
import type { Clock } from "../clock";
import type { Conversion } from "../codecs/codec";
import type { Resumption } from "../codecs/resumption";
import type { OutgoingRequest } from "../credentials/source";
import type { GatewayError } from "../errors";
import type { AttemptEntry, JudgedExchange } from "../ledger/entry";
import type { Endpoint } from "../providers/provider";
import type { RelayFailure, UpstreamAnswer } from "../relay/relay";
import type { TargetPlan } from "../targets/target-plan";
import type { AttemptLimits } from "../upstream/limits";
import type { Pools } from "../upstream/pools";
import type { WaitQueues } from "./wait-queues";

/** What an attempt is made of. */
export interface AttemptOrder {
  readonly target: TargetPlan;
  readonly endpoint: Endpoint;
  /** The request named the host of the endpoint, and only a pattern allows it. */
  readonly hostByClient: boolean;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly conversion: Conversion;
  /** Credentials are put on it before it is sent. */
  readonly request: OutgoingRequest;
  readonly limits: AttemptLimits;
  /** `X-Kong-LLM-Model` for a successful answer; undefined if it is not wanted. */
  readonly modelHeader: string | undefined;
  readonly pluginId: string;
  /** How it goes on with an earlier answer that broke; undefined if there is none. */
  readonly resume: Resumption | undefined;
  /** What the client asked, if a judge will want to read the answer. */
  readonly judged: Omit<JudgedExchange, "answer"> | undefined;
  /** Largest whole answer or single event in bytes, unpacked. */
  readonly maxResponseBytes: number;
  /** Takes the whole answer in the client's place, if it is one of several that make up the client's; undefined for nearly all. */
  readonly take: ((answer: UpstreamAnswer) => void) | undefined;
}

/** How an attempt ended. */
export interface AttemptResult {
  readonly entry: AttemptEntry;
  /** As it was sent, or would have been: with its credentials. */
  readonly request: OutgoingRequest;
  /** What the client is told if nothing else is done; undefined if the answer is complete, or the client is gone. */
  readonly error: GatewayError | undefined;
  /** A complete answer whose status is no success. */
  readonly answer: UpstreamAnswer | undefined;
  /** Set if content has gone to the client before the failure. */
  readonly broken: RelayFailure | undefined;
  /** What the provider asked to wait, in milliseconds; undefined if it did not. */
  readonly retryAfterMs: number | undefined;
  /** What of the time was the provider's own, in milliseconds: from the call on, without waits for a slow client. */
  readonly targetMs: number;
  /** Whether the provider was held back for a slow client at the end. */
  readonly held: boolean;
  /** Whether a part of the request was answered before, whatever the failure says of its last call; absent for a request of one call. */
  readonly partlySent?: boolean;
}

/** Why an exchange has no more time. */
export type StopReason = "deadline" | "draining";

/** The part that hears of an attempt. */
export interface AttemptOwner {
  readonly client: ClientSide;
  readonly clock: Clock;
  readonly waits: WaitQueues;
  readonly pools: Pools;
  /**
   * A callback threw: a mistake of the gateway's own, to be logged with its stack. Must not throw.
   * @param ended the attempt was over, so that no `attemptEnded` follows: the exchange itself has to end
   */
  crashed(cause: unknown, ended: boolean): void;
  /** First content is on its way to the client; called once. */
  contentBegan(): void;
  /** Called once. */
  attemptEnded(result: AttemptResult): void;
}
