import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConnectionLimits } from "./connection-limit";
import { createListener, type Listener } from "./listener";
import type { OnRefusedBytes } from "./refused-bytes";

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
export function createProxyServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  limits: ConnectionLimits,
  onRefusedBytes?: OnRefusedBytes,
): Listener {
  const http = { maxHeaderSize: MAX_HEAD_BYTES, noDelay: true, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS };
  return createListener({ http, handle, ...limits, ...(onRefusedBytes && { onRefusedBytes }) }).listener;
}
