import { fastify, type FastifyReply, type FastifyRequest } from "fastify";
import type { FullStatus, GatewayStatus } from "../status";
import { AdminError, toAdminError } from "./admin-errors";
import { checkToken } from "./admin-token";
import { listenerOf, type Listener } from "./listener";
import { readScore } from "./score-body";
import { statusPage } from "./status-page";

/** What the admin port serves: a gateway's own answers, or those of all workers together. */
export interface AdminFunctions {
  /** What health checks tell. */
  status(): GatewayStatus;
  fullStatus(): FullStatus | Promise<FullStatus>;
  /** All metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Takes the score (1 to 100) of an answer; false where it is not known. */
  score(requestId: string, score: number): boolean | Promise<boolean>;
}

export interface AdminOptions {
  /** File with the token that changes ask for. Default: none, and nothing can be changed. */
  readonly tokenFile?: string | undefined;
}

/** Nothing that this port takes is long. */
const MAX_BODY_BYTES = 64 * 1024;

const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

/** The page needs its own style and nothing else. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const METHODS: ReadonlyMap<string, string> = new Map([
  ["/healthz", "GET, HEAD"],
  ["/readyz", "GET, HEAD"],
  ["/metrics", "GET, HEAD"],
  ["/status", "GET, HEAD"],
  ["/accuracy", "POST"],
]);

/**
 * The admin listener. Without a token: `/healthz` (the process lives), `/readyz` (200 where requests are served; 503 before the first configuration
 * and while draining; after a refused reload it stays 200 and says so, docs/behaviour.md "Running"), `/metrics` and `/status` (JSON, or a page for browsers).
 * With a token: `POST /accuracy`.
 */
export function createAdminServer(functions: AdminFunctions, options: AdminOptions = {}): Listener {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: MAX_BODY_BYTES });
  app.get("/healthz", () => ({ status: "alive" }));
  app.get("/readyz", (_request, reply) => {
    const status = functions.status();
    void reply.code(status.ready ? 200 : 503);
    return readiness(status);
  });
  app.get("/metrics", async (_request, reply) => {
    void reply.header("content-type", TEXT_FORMAT);
    return functions.metrics();
  });
  app.get("/status", async (request, reply) => {
    const status = await functions.fullStatus();
    void reply.headers({ "cache-control": "no-store", vary: "accept", "x-content-type-options": "nosniff" });
    if (!wantsPage(request)) return status;
    void reply.headers({ "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY });
    return statusPage(status, new Date());
  });
  app.post("/accuracy", {
    // before the body is read
    onRequest: (request) => checkToken(request.headers.authorization, options.tokenFile),
    handler: async (request, reply) => {
      const { requestId, score } = readScore(request.body);
      if (!(await functions.score(requestId, score))) throw new AdminError("not_scored");
      return reply.code(204).send();
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = METHODS.get(request.url.split("?", 1)[0] ?? "");
    if (allowed !== undefined) void reply.header("allow", allowed);
    return refuse(reply, new AdminError(allowed === undefined ? "not_found" : "method_not_allowed"));
  });
  app.setErrorHandler((error, _request, reply) => refuse(reply, toAdminError(error)));
  return listenerOf(app);
}

function readiness({ ready, draining, configuration }: GatewayStatus): object {
  return {
    status: ready ? "ready" : draining ? "draining" : "not ready",
    configuration: configuration.state,
    ...(configuration.reason !== undefined && { reason: configuration.reason }),
    ...(configuration.problems !== undefined && { problems: configuration.problems }),
    ...(configuration.digest !== undefined && { digest: configuration.digest }),
  };
}

/** Browsers name HTML before anything else; `*` + `/*` alone wants JSON. */
const wantsPage = (request: FastifyRequest): boolean => /(^|,)\s*text\/html\s*(;|,|$)/i.test(request.headers.accept ?? "");

function refuse(reply: FastifyReply, error: AdminError): FastifyReply {
  return reply
    .code(error.kind.status)
    .headers(error.kind.headers ?? {})
    .send(error.body);
}
