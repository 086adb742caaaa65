import { fastify, type FastifyInstance } from "fastify";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ConnectionLimit, type ConnectionLimits } from "./connection-limit";
import { furtherAddresses } from "./localhost";
import { inTurns } from "./turns";
import { refuseBytes, type OnRefusedBytes } from "./refused-bytes";

/** A listening server, as the gateway sees it. */
export interface Listener {
  /** The port in use; 0 before it listens. */
  readonly port: number;
  /** @throws the system's error if the address cannot be had */
  listen(host: string, port: number): Promise<void>;
  /** Takes a connection that another process accepted, instead of listening. */
  accept(socket: Socket): void;
  /** No new connections; idle ones end, those with a request end after it. */
  stopAccepting(): void;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

/**
 * More bytes than these wait for a client before it counts as slow, and its upstream is held back. A read of an upstream's connection brings as much at
 * most, so that a client that keeps up is never taken for a slow one.
 */
export const OUTPUT_BYTES = 128 * 1024;

/** How a listener is made. */
export interface ListenerOptions extends ConnectionLimits {
  readonly http: ServerOptions;
  /** Takes the requests instead of the app, whose own life of a request is then not begun at all. */
  readonly handle?: RequestListener;
  /** Told of bytes that make no request. */
  readonly onRefusedBytes?: OnRefusedBytes;
  /** Bytes of a body that the app reads at most. */
  readonly bodyLimit?: number;
}

/** An app and its listener; the servers of a listener share the limit of connections. */
export function createListener({ http, handle, onRefusedBytes, bodyLimit, ...limits }: ListenerOptions): {
  readonly app: FastifyInstance;
  readonly listener: Listener;
} {
  const connections = new ConnectionLimit(limits);
  const servers: Server[] = [];
  let handler = handle && inTurns(handle);
  const addServer = (): Server => {
    // the server's own answers to a request without a host, and to one with other expectations, would have no body
    const server = createServer({ highWaterMark: OUTPUT_BYTES, ...http, requireHostHeader: false }, handler);
    server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => server.emit("request", request, response));
    connections.watch(server);
    refuseBytes(server, onRefusedBytes);
    servers.push(server);
    return server;
  };
  const app = fastify({
    logger: false,
    // every server has its own
    clientErrorHandler: () => undefined,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    serverFactory: (ofApp) => {
      handler ??= inTurns(ofApp);
      return addServer();
    },
  });
  let isAccepting = false;
  const listener: Listener = {
    get port() {
      const address = app.server.address() as AddressInfo | null;
      return address?.port ?? 0;
    },
    async listen(host, port) {
      await app.listen({ host, port });
      const { address, port: chosen } = app.server.address() as AddressInfo;
      for (const further of await furtherAddresses(host, address)) {
        // a machine may have a name for an address and not the address
        await once(addServer().listen(chosen, further), "listening").catch(() => undefined);
      }
    },
    accept(socket) {
      if (!isAccepting) {
        isAccepting = true;
        // what a server begins when it listens: its limits on the time of heads and requests
        app.server.emit("listening");
      }
      // as the server itself makes them
      socket.setNoDelay(true);
      socket.allowHalfOpen = true;
      app.server.emit("connection", socket);
    },
    stopAccepting() {
      for (const server of servers) server.close();
    },
    async close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await app.close();
    },
  };
  return { app, listener };
}
