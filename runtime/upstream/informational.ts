import type { Socket } from "node:net";
import { parserOf } from "./paused-parser";

/** What is used of the HTTP client's parser: what it does when a head is complete. */
interface HeadParser {
  onHeadersComplete: (this: HeadParser, status: number, upgrade: boolean, keepAlive: boolean) => number;
}

const CONTINUE = 100;

/** Any status that the HTTP client passes over, as it is no answer yet. */
const PASSED_OVER = 103;

const taught = new WeakSet<object>();

const isHeadParser = (value: unknown): value is HeadParser =>
  typeof value === "object" && value !== null && "onHeadersComplete" in value && typeof value.onHeadersComplete === "function";

/**
 * The HTTP client (undici) breaks a connection off on which `100 Continue` comes, as it never asks for it. Some servers and proxies send it all the same, and
 * a client has to take any number of 1xx heads, asked for or not (RFC 9110, 15.2). So its parsers are taught to pass it over as they do any other. They
 * share their methods, so that this is done once. To be called when the client has the socket.
 */
export function passOverContinue(socket: Socket): void {
  const parser = parserOf(socket);
  const methods: unknown = parser && Object.getPrototypeOf(parser);
  if (!isHeadParser(methods) || taught.has(methods)) return;
  taught.add(methods);
  const { onHeadersComplete } = methods;
  methods.onHeadersComplete = function (status, upgrade, keepAlive) {
    return onHeadersComplete.call(this, status === CONTINUE ? PASSED_OVER : status, upgrade, keepAlive);
  };
}
