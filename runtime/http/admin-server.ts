import { fastify } from "fastify";
import type { GatewayStatus } from "../status";
import { listenerOf, type Listener } from "./listener";

/**
 * The admin listener: `/healthz` (the process lives) and `/readyz` (200 where requests are served; 503 before the first configuration and while
 * draining). After a refused reload it stays 200 and says so (semantics.md 27).
 */
export function createAdminServer(status: () => GatewayStatus): Listener {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get("/healthz", () => ({ status: "alive" }));
  app.get("/readyz", (_request, reply) => {
    const { ready, draining, configuration } = status();
    void reply.code(ready ? 200 : 503);
    return {
      status: ready ? "ready" : draining ? "draining" : "not ready",
      configuration: configuration.state,
      ...(configuration.reason !== undefined && { reason: configuration.reason }),
      ...(configuration.problems !== undefined && { problems: configuration.problems }),
      ...(configuration.digest !== undefined && { digest: configuration.digest }),
    };
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "Not found" }));
  return listenerOf(app);
}
