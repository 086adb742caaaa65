import type { Problem } from "../../config/problem";
import type { GatewayStatus } from "../status";

/** What a worker tells the primary process. */
export type FromWorker =
  | { readonly signalbox: "started"; readonly port: number; readonly status: GatewayStatus }
  | { readonly signalbox: "status"; readonly status: GatewayStatus }
  | { readonly signalbox: "failed"; readonly failure: StartFault };

/** What the primary process tells a worker: finish what is open, or end now. */
export interface ToWorker {
  readonly signalbox: "drain" | "stop";
}

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
  return isTagged(message, ["started", "status", "failed"]);
}

/** Whether a message of the process channel is the primary's. */
export function isToWorker(message: unknown): message is ToWorker {
  return isTagged(message, ["drain", "stop"]);
}

function isTagged(message: unknown, tags: readonly string[]): boolean {
  return typeof message === "object" && message !== null && "signalbox" in message && tags.includes(String(message.signalbox));
}
