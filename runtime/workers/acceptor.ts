import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { furtherAddresses } from "../http/localhost";

/** A process that takes connections; each that it took is reported to the acceptor with `taken`. */
export interface ConnectionTaker {
  /** Hands a connection over; this process keeps its own copy of it. */
  sendConnection(socket: Socket): void;
}

/** Connections under way to one worker at most: one whose event loop stands still gets no more than these. */
const MAX_UNDER_WAY = 16;

/**
 * Listens for all workers and hands each connection to one of them, in turn. The port belongs to this process: while workers are being replaced it
 * stays open, and connections wait here. A connection is kept until the worker has taken it, so that none is lost with a worker that dies.
 */
export class Acceptor {
  readonly #servers: Server[] = [];
  /** Workers that serve, those that wait longest first, with the connections under way to them, oldest first. */
  readonly #takers = new Map<ConnectionTaker, Socket[]>();
  readonly #waiting: Socket[] = [];

  /** @param maxWaiting Connections that wait for a worker at most; what comes beyond is closed. */
  constructor(private readonly maxWaiting: number) {}

  /** The port in use; 0 before it listens. */
  get port(): number {
    const address = this.#servers[0]?.address() as AddressInfo | null | undefined;
    return address?.port ?? 0;
  }

  /**
   * Listens at an address; at all addresses of "localhost".
   * @throws the system's error if the first address cannot be had
   */
  async listen(host: string, port: number): Promise<void> {
    await this.#listenAt(host, port);
    const first = (this.#servers[0]?.address() as AddressInfo).address;
    // a machine may have a name for an address and not the address
    for (const address of await furtherAddresses(host, first)) await this.#listenAt(address, this.port).catch(() => undefined);
  }

  /** A worker serves from now on. */
  add(taker: ConnectionTaker): void {
    this.#takers.set(taker, []);
    this.#handOut();
  }

  /** A worker took the oldest of the connections under way to it. */
  taken(taker: ConnectionTaker): void {
    this.#takers.get(taker)?.shift()?.destroy();
    this.#handOut();
  }

  /** A worker is gone: what it did not take goes to others. */
  remove(taker: ConnectionTaker): void {
    const untaken = this.#takers.get(taker) ?? [];
    this.#takers.delete(taker);
    this.#waiting.unshift(...untaken);
    this.#handOut();
  }

  /** No new connections; those that wait are closed. */
  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
  }

  async #listenAt(host: string, port: number): Promise<void> {
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
    server.listen(port, host);
    await once(server, "listening");
    // without descriptors the system has nothing to give; what it could not accept it closed itself
    server.on("error", () => undefined);
    this.#servers.push(server);
  }

  #accept(socket: Socket): void {
    socket.on("error", () => undefined);
    if (this.#waiting.length >= this.maxWaiting) {
      socket.destroy();
      return;
    }
    this.#waiting.push(socket);
    this.#handOut();
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const next = this.#nextTaker();
      if (next === undefined) return;
      const socket = this.#waiting.shift();
      if (socket === undefined || socket.destroyed) continue;
      const [taker, underWay] = next;
      // the one whose turn it was is the last in the next round
      this.#takers.delete(taker);
      this.#takers.set(taker, underWay);
      underWay.push(socket);
      taker.sendConnection(socket);
    }
  }

  #nextTaker(): [ConnectionTaker, Socket[]] | undefined {
    for (const entry of this.#takers) if (entry[1].length < MAX_UNDER_WAY) return entry;
    return undefined;
  }
}
