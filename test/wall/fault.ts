import type { Reply } from "./reply";
import type { ChatCall } from "./openai";

/** A call as a fault sees it. */
export interface FaultCall extends ChatCall {
  readonly stream: boolean;
  /** The request's JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  /** How many calls of this model the upstream has had, this one included. */
  readonly ofModel: number;
  /** How many calls this connection has carried, this one included. */
  readonly onSocket: number;
  /** Milliseconds on the test's clock. */
  readonly at: number;
  /** Milliseconds since 1970 on the test's clock. */
  readonly date: number;
  /** `http://127.0.0.1:<port>` of the upstream. */
  readonly origin: string;
  /** The upstream's switch for `switched`. */
  readonly isDown: boolean;
}

/** One way to misbehave. */
export interface Fault {
  /** What it does, in one line. */
  readonly about: string;
  /** @param argument what stands behind the colon of the model's name; empty where there is none */
  readonly answer: (reply: Reply, call: FaultCall, argument: string) => Promise<void> | void;
}
