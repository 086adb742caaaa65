import type { Problem } from "../../config/problem";
import type { MetricJson } from "../metrics/series";
import type { FullStatus, GatewayStatus } from "../status";

/** What the primary process can ask its workers, and what each answers. */
export interface Answers {
  readonly metrics: readonly MetricJson[];
  readonly status: FullStatus;
  /** Whether the answer that was scored is known here. */
  readonly score: boolean;
}

/** A question with what it is about. */
export type Question =
  { readonly kind: "metrics" | "status" } | { readonly kind: "score"; readonly requestId: string; readonly score: number };

/** What a worker tells the primary process. */
export type FromWorker =
  | { readonly signalbox: "started"; readonly status: GatewayStatus }
  | { readonly signalbox: "status"; readonly status: GatewayStatus }
  | { readonly signalbox: "failed"; readonly failure: StartFault }
  /** The oldest of the connections under way to this worker has arrived. */
  | { readonly signalbox: "taken" }
  /** `id` is the question's; without an `answer` it could not be had. */
  | { readonly signalbox: "answer"; readonly id: number; readonly answer?: Answers[keyof Answers] };

/** What the primary process tells a worker: finish what is open, end now, take the connection that comes with the message, or answer a question. */
export type ToWorker =
  { readonly signalbox: "drain" | "stop" | "connection" } | { readonly signalbox: "ask"; readonly id: number; readonly question: Question };

/** Why a gateway did not start, as plain data. */
export interface StartFault {
  readonly message: string;
  /** What is wrong with the configuration, where that is the reason. */
  readonly problems: readonly Problem[];
}

/** A gateway that could not start. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";

  constructor(readonly fault: StartFault) {
    super(fault.message);
  }
}

/** Whether a message of the process channel is a worker's; other libraries may use the channel too. */
export function isFromWorker(message: unknown): message is FromWorker {
  return isTagged(message, ["started", "status", "failed", "answer", "taken"]);
}

/** Whether a message of the process channel is the primary's. */
export function isToWorker(message: unknown): message is ToWorker {
  return isTagged(message, ["drain", "stop", "ask", "connection"]);
}

function isTagged(message: unknown, tags: readonly string[]): boolean {
  return typeof message === "object" && message !== null && "signalbox" in message && tags.includes(String(message.signalbox));
}
