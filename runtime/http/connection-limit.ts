import type { Server } from "node:http";
import type { Socket } from "node:net";
import { idleSince, nextMoment, unsentSince } from "./turns";

/** Connections of clients. */
export interface ConnectionLimits {
  /** Held at most, all servers of a process together. */
  readonly maxConnections: number;
  /** Connections were closed because of the limit; told once a minute, with how many since. */
  readonly onRefused: (refused: number) => void;
}

/** Connections that are closed at once if the system has no descriptor left for a new one. */
const RELIEF = 16;

const TELL_MS = 60_000;

/**
 * Keeps the number of client connections within a limit, so that descriptors remain for providers. If there is no room, the connection that has been
 * idle for longest is closed for a new one; if none is idle, the one whose request has been coming for longest; if all have whole requests, the new one is closed at once.
 */
export class ConnectionLimit {
  /** Each with the moment at which it was opened. Which are idle is found when it is asked for, so that a request costs nothing. */
  readonly #open = new Map<Socket, number>();
  #refused = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param now Milliseconds; given by tests. */
  constructor(
    private readonly limits: ConnectionLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Watches the connections of a server, which is one of those that share the limit. */
  watch(server: Server): void {
    // one more, as room may be made for it
    server.maxConnections = this.limits.maxConnections + 1;
    server.on("drop", () => this.#countRefused());
    server.on("connection", (socket: Socket) => this.#opened(socket));
    // without descriptors no connection can be accepted: those that nobody waits for give theirs back
    server.on("error", () => this.#makeRoom(RELIEF));
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
    if (this.#open.size >= this.limits.maxConnections) this.#makeRoom(1);
    if (this.#open.size >= this.limits.maxConnections) {
      socket.destroy();
      this.#countRefused();
      return;
    }
    this.#open.set(socket, nextMoment());
    socket.once("close", () => this.#open.delete(socket));
  }

  #makeRoom(count: number): void {
    for (let closed = 0; closed < count; closed++) {
      const socket = this.#longest(idleSince) ?? this.#longest(unsentSince);
      if (socket === undefined) return;
      this.#open.delete(socket);
      socket.destroy();
    }
  }

  #longest(sinceOf: (socket: Socket, openedAt: number) => number | undefined): Socket | undefined {
    let longest: Socket | undefined;
    let earliest = Infinity;
    for (const [socket, openedAt] of this.#open) {
      const since = sinceOf(socket, openedAt);
      if (since === undefined || since >= earliest) continue;
      earliest = since;
      longest = socket;
    }
    return longest;
  }
}
