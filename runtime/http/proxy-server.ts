import { fastify } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listenerOf, type Listener } from "./listener";
import { inTurns } from "./turns";

/** How long a kept connection may be idle; above the minute that load balancers in front use. */
const KEEP_ALIVE_MS = 75_000;

/** How long a client may take to send a whole request. */
const REQUEST_MS = 300_000;

/** Heads are limited so that nobody can fill the memory with them. */
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * The listener that clients talk to. Every request, whatever its method or URL, goes to `handle` with its body unread: the exchange reads it once,
 * within the limit of the route's plugin.
 */
export function createProxyServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Listener {
  const handle = inTurns(answer);
  const app = fastify({
    logger: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    http: { maxHeaderSize: MAX_HEAD_BYTES, noDelay: true },
    // a URL that the framework's own router cannot read is still ours to route
    frameworkErrors: (_error, request, reply) => {
      reply.hijack();
      handle(request.raw, reply.raw);
    },
  });
  // the hook never says that it is done: the framework's own life of the request ends here
  app.addHook("onRequest", (request, reply) => {
    reply.hijack();
    handle(request.raw, reply.raw);
  });
  app.all("*", () => undefined);
  // requests come straight to us: the framework's routing, request and reply objects would be made for nothing. The hook above stays for the further
  // servers that it opens for "localhost".
  app.server.removeAllListeners("request").on("request", handle);
  return listenerOf(app);
}
