import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How often within its time it is looked whether a client took something. */
const LOOKS = 8;

/**
 * Drops a client that takes nothing of what waits for it. Node's own limit of a socket will not do: it starts anew with each byte that the client sends, and it
 * stays at the connection when the answer has ended. This one ends with the answer.
 */
export class OutputWatch {
  private readonly look: NodeJS.Timeout;
  private left = 0;
  /** Looks at which as much was left as at the one before. */
  private still = 0;

  /** @param milliseconds the client is dropped if it takes nothing for so long, or an eighth longer */
  constructor(
    private readonly response: ServerResponse,
    private readonly socket: Socket,
    milliseconds: number,
  ) {
    this.left = bytesLeft(socket);
    this.look = setInterval(() => this.looked(), milliseconds / LOOKS);
    response.once("close", () => clearInterval(this.look));
  }

  private looked(): void {
    const left = bytesLeft(this.socket);
    this.still = left > 0 && left === this.left ? this.still + 1 : 0;
    this.left = left;
    if (this.still < LOOKS) return;
    clearInterval(this.look);
    this.response.destroy();
  }
}

/** What of the output the system has not taken yet. Of a single large piece only the handle tells, and `_handle` has been what Node calls it since it has sockets. */
function bytesLeft(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? socket.writableLength;
}
