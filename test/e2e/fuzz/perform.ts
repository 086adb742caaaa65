import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "./steps";

/** Does the steps on a socket, one after the other; ends early with the socket. Never throws. */
export async function perform(
  socket: Socket,
  steps: readonly Step[],
  answered: (count: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    switch (step.do) {
      case "write":
        // what is written to a peer that does not read must not pile up here
        if (socket.writable && !socket.write(step.bytes)) await drained(socket);
        break;
      case "wait":
        await sleep(step.ms);
        break;
      case "hold":
        socket.pause();
        await sleep(step.ms);
        socket.resume();
        break;
      case "answered":
        await answered(step.count);
        break;
      case "half-close":
        socket.end();
        break;
      case "close":
        socket.destroySoon();
        return;
      case "reset":
        // the handle of a socket that is reset while it connects is never closed, and must not keep this process
        socket.unref();
        socket.resetAndDestroy();
        return;
    }
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}
