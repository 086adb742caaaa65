import cluster from "node:cluster";
import { isFromWorker } from "./messages";
import type { WorkerProcess } from "./pool";
import type { Channel } from "./worker";

/** Whether this process was started by a primary one. */
export function isWorkerProcess(): boolean {
  return cluster.isWorker;
}

/** Starts this same command once more as a worker; all workers share one listening port. */
export function forkWorker(): WorkerProcess {
  const worker = cluster.fork();
  return {
    pid: worker.process.pid,
    send: (message) => {
      if (worker.isConnected()) worker.send(message);
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
      worker.once("exit", (code: number | null, signal: string | null) => {
        listener(code, signal === "" ? null : signal);
      });
    },
  };
}

/** The channel from this worker to its primary process. */
export function primaryChannel(): Channel {
  return {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    on: (event: "message" | "disconnect", listener: (message: unknown) => void) => {
      process.on(event, listener);
    },
  };
}

/** Ends the channel, which would keep this process running. */
export function leavePrimary(): void {
  if (process.connected) process.disconnect();
}
