import type { FastifyInstance } from "fastify";
import type { AddressInfo } from "node:net";

/** A listening server, as the gateway sees it. */
export interface Listener {
  /** The port in use; 0 before it listens. */
  readonly port: number;
  /** @throws the system's error where the address cannot be had */
  listen(host: string, port: number): Promise<void>;
  /** No new connections; idle ones end, those with a request end after it. */
  stopAccepting(): void;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export function listenerOf(app: FastifyInstance): Listener {
  return {
    get port() {
      const address = app.server.address() as AddressInfo | null;
      return address?.port ?? 0;
    },
    async listen(host, port) {
      await app.listen({ host, port });
    },
    stopAccepting() {
      app.server.close();
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
