import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Connections of clients. */
export interface ConnectionLimits {
  /** Held at most, all servers of a process together. */
  readonly maxConnections: number;
  /** Connections were closed because of the limit; told once a minute, with how many since. */
  readonly onRefused: (refused: number) => void;
}

/** Idle connections that are closed at once if the system has no descriptor left for a new one. */
const RELIEF = 16;

const TELL_MS = 60_000;

/**
 * Keeps the number of client connections within a limit, so that descriptors remain for providers. If there is no room, the connection that has been
 * idle for longest is closed for a new one; if all are busy, the new one is closed at once.
 */
export class ConnectionLimit {
  /** How many requests each has under way. */
  readonly #open = new Map<Socket, { requests: number }>();
  /** Those without a request, the longest idle one first. */
  readonly #idle = new Set<Socket>();
  #refused = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param now Milliseconds; given by tests. */
  constructor(
    private readonly limits: ConnectionLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Watches the connections of a server, which is one of those that share the limit. */
  watch(server: Server): void {
    const ended = (response: ServerResponse): void => this.#ended(response.req.socket);
    // one function for all requests: its receiver is the response
    const onClose = function (this: ServerResponse): void {
      ended(this);
    };
    // one more, as room may be made for it
    server.maxConnections = this.limits.maxConnections + 1;
    server.on("drop", () => this.#countRefused());
    server.on("connection", (socket: Socket) => this.#opened(socket));
    server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
      const connection = this.#open.get(socket);
      if (connection === undefined) return;
      if (connection.requests++ === 0) this.#idle.delete(socket);
      response.once("close", onClose);
    });
    // without descriptors no connection can be accepted: the idle ones give theirs back
    server.on("error", () => this.#closeIdle(RELIEF));
  }

  #countRefused(): void {
    this.#refused++;
    const now = this.now();
    if (now - this.#toldAt < TELL_MS) return;
    this.limits.onRefused(this.#refused);
    this.#refused = 0;
    this.#toldAt = now;
  }

  #opened(socket: Socket): void {
    if (this.#open.size >= this.limits.maxConnections) this.#closeIdle(1);
    if (this.#open.size >= this.limits.maxConnections) {
      socket.destroy();
      this.#countRefused();
      return;
    }
    this.#open.set(socket, { requests: 0 });
    this.#idle.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#idle.delete(socket);
    });
  }

  #ended(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection !== undefined && --connection.requests === 0) this.#idle.add(socket);
  }

  #closeIdle(count: number): void {
    for (const socket of this.#idle) {
      if (count-- <= 0) return;
      this.#idle.delete(socket);
      this.#open.delete(socket);
      socket.destroy();
    }
  }
}
