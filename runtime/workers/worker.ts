import { isToWorker, StartFailure, type FromWorker } from "./messages";
import type { GatewayStatus } from "../status";

/** The part of a gateway that a worker process deals with. */
export interface RunningGateway {
  readonly port: number;
  status(): GatewayStatus;
  /** Finishes what is open; not ready from the first moment on. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** The worker's end of the channel to the primary process. */
export interface Channel {
  send(message: FromWorker): void;
  on(event: "message", listener: (message: unknown) => void): void;
  on(event: "disconnect", listener: () => void): void;
}

/**
 * Runs a gateway for the primary process: reports its status, and ends when it is told to or when the primary is gone.
 * Resolves with the exit code.
 */
export async function runWorker(
  start: (onStatusChange: (status: GatewayStatus) => void) => Promise<RunningGateway>,
  channel: Channel,
): Promise<number> {
  let isEnding = false;
  let endEarly: () => void = () => undefined;
  const stopped = new Promise<"drain" | "stop">((resolve) => {
    channel.on("message", (message) => {
      if (!isToWorker(message)) return;
      // "stop" also cuts a drain short that is on its way.
      if (isEnding && message.signalbox === "stop") endEarly();
      isEnding = true;
      resolve(message.signalbox);
    });
    channel.on("disconnect", () => {
      resolve("drain");
    });
  });
  let gateway: RunningGateway;
  try {
    gateway = await start((status) => {
      channel.send({ signalbox: "status", status });
    });
  } catch (error) {
    const fault =
      error instanceof StartFailure ? error.fault : { message: error instanceof Error ? error.message : String(error), problems: [] };
    channel.send({ signalbox: "failed", failure: fault });
    return 1;
  }
  channel.send({ signalbox: "started", port: gateway.port, status: gateway.status() });
  if ((await stopped) === "drain") await Promise.race([gateway.drain(), new Promise<void>((resolve) => (endEarly = resolve))]);
  await gateway.close();
  return 0;
}
