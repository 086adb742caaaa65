import cluster from "node:cluster";
import { Socket } from "node:net";
import { isFromWorker, type ToWorker } from "./messages";
import { within } from "../within";
import type { WorkerProcess } from "./pool";
import type { Channel } from "./worker";

/** Time that the last messages of a worker that has ended may take. */
const LAST_MESSAGE_MS = 100;

/** Whether this process was started by a primary one. */
export function isWorkerProcess(): boolean {
  return cluster.isWorker;
}

/** Starts this same command once more as a worker. */
export function forkWorker(): WorkerProcess {
  const worker = cluster.fork();
  // Without a listener a message to a worker that is just ending would end the primary process; its end is told by "exit".
  worker.on("error", () => undefined);
  return {
    pid: worker.process.pid,
    send: (message) => {
      if (worker.isConnected()) worker.send(message, () => undefined);
    },
    sendConnection: (socket, onFailure) => {
      const message: ToWorker = { signalbox: "connection" };
      const onSent = (error: Error | null): void => {
        // of a process that is gone the end is told
        if (error !== null && worker.isConnected()) onFailure();
      };
      if (worker.isConnected()) worker.process.send(message, socket, { keepOpen: true }, onSent);
    },
    kill: () => {
      worker.process.kill("SIGKILL");
    },
    onMessage: (listener) => {
      worker.on("message", (message: unknown) => {
        if (isFromWorker(message)) listener(message);
      });
    },
    onExit: (listener) => {
      // A worker's last message can arrive after its exit, but not after its channel's end, which is not told if a connection was under way.
      const closed = new Promise<void>((resolve) => worker.once("disconnect", resolve));
      worker.once("exit", (code: number | null, signal: string | null) => {
        void within(LAST_MESSAGE_MS, closed).then(() => {
          listener(code, signal === "" ? null : signal);
        });
      });
      // A process that the system could not start has no exit.
      worker.once("error", (error) => {
        if (worker.process.pid === undefined) listener(null, error.message);
      });
    },
  };
}

/** The channel from this worker to its primary process. */
export function primaryChannel(): Channel {
  return {
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    on: (event: "message" | "disconnect", listener: (message: unknown, connection?: Socket) => void) => {
      process.on(event, (message: unknown, handle: unknown) => {
        listener(message, handle instanceof Socket ? handle : undefined);
      });
    },
  };
}

/** Ends the channel, which would keep this process running. */
export function leavePrimary(): void {
  if (process.connected) process.disconnect();
}
