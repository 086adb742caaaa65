import type { Duplex } from "node:stream";

/** How long what a client still sends is thrown away, so that it can read the last answer. */
const LINGER_MS = 2_000;

/** Connections that are only open so that their clients can read the last answer. */
const lingering = new WeakSet<Duplex>();

export const isLingering = (socket: Duplex): boolean => lingering.has(socket);

/** Ends a connection when its client has the answer: closing it with unread bytes would make the client's system throw the answer away. */
export function linger(socket: Duplex): void {
  if (socket.destroyed || lingering.has(socket)) return;
  lingering.add(socket);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once("close", () => clearTimeout(timer));
  socket.end();
  socket.resume();
}
