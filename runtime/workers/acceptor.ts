import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { furtherAddresses } from "../http/localhost";

/** A process that takes connections; each that it took is reported to the acceptor with `taken`. */
export interface ConnectionTaker {
  /** Hands a connection over; this process keeps its own copy of it. `onFailure`: it cannot be handed over, though the process lives. */
  sendConnection(socket: Socket, onFailure: () => void): void;
}

/**
 * Listens for all workers and hands each connection to one of them, in turn. The port belongs to this process: while workers are being replaced it
 * stays open, and connections wait here. A worker gets the next one when it has taken the last: one whose event loop stands still holds no more than
 * one up, and one that dies loses no more than one.
 */
export class Acceptor {
  readonly #servers: Server[] = [];
  /** Workers that wait for a connection, those that wait longest first. */
  readonly #free = new Set<ConnectionTaker>();
  /** Connections under way to workers. */
  readonly #underWay = new Map<ConnectionTaker, Socket>();
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
    this.#free.add(taker);
    this.#handOut();
  }

  /** A worker took the connection that was under way to it, or it cannot be handed over at all. */
  taken(taker: ConnectionTaker): void {
    const socket = this.#underWay.get(taker);
    if (socket === undefined) return;
    socket.destroy();
    this.#underWay.delete(taker);
    this.#free.add(taker);
    this.#handOut();
  }

  /** A worker is gone: what it did not take goes to another. */
  remove(taker: ConnectionTaker): void {
    const untaken = this.#underWay.get(taker);
    this.#free.delete(taker);
    this.#underWay.delete(taker);
    if (untaken !== undefined) this.#waiting.unshift(untaken);
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
    for (const taker of this.#free) {
      const socket = this.#waiting.shift();
      if (socket === undefined) return;
      this.#free.delete(taker);
      this.#underWay.set(taker, socket);
      taker.sendConnection(socket, () => this.taken(taker));
    }
  }
}
