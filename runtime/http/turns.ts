import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Requests that one connection may have waiting behind the one that is answered; a connection that sends more is closed. */
const MAX_WAITING = 100;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** The requests of one connection. */
interface Turns {
  readonly handle: Handle;
  /** Of the request under way. */
  response: ServerResponse | undefined;
  /** Place of the end of its last request in the order of such moments. */
  idleSince: number;
  /** Undefined until a request has had to wait, as hardly any client sends the next one before it has the answer. */
  waiting: { readonly request: IncomingMessage; readonly response: ServerResponse }[] | undefined;
}

/** Not at the sockets themselves: another form of sockets would make Node's streams slower for all of them. */
const turnsOf = new WeakMap<Duplex, Turns>();

let moments = 0;

/** The next place in the order of the moments at which connections become idle: a number costs less than a look at the clock. */
export const nextMoment = (): number => ++moments;

/**
 * Since when a connection has had no request under way; undefined while one is.
 * @param openedAt since when it is open, for one that has had no request yet
 */
export function idleSince(socket: Socket, openedAt: number): number | undefined {
  const turns = turnsOf.get(socket);
  if (turns === undefined) return openedAt;
  return turns.response === undefined ? turns.idleSince : undefined;
}

/** The response of the request of this connection that has begun and whose answer has not ended. */
export const responseUnderWay = (socket: Duplex): ServerResponse | undefined => turnsOf.get(socket)?.response;

/**
 * Lets the requests of one connection begin one after another, whatever a client sends ahead: so one connection never takes more of anything than one
 * request does, and the request that is under way is always the one whose response hears of the connection's end. Those that wait go with the connection, and none
 * begins on a connection that takes no further answer.
 */
export function inTurns(handle: Handle): Handle {
  return (request, response) => {
    const { socket } = request;
    // nothing is upgraded, and the parser reads no request behind one that asks for it
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    let turns = turnsOf.get(socket);
    if (turns === undefined) turnsOf.set(socket, (turns = { handle, response: undefined, idleSince: 0, waiting: undefined }));
    if (turns.response === undefined) {
      if (socket.writable) begin(turns, request, response);
    } else {
      turns.waiting ??= [];
      if (turns.waiting.push({ request, response }) > MAX_WAITING) socket.destroy();
    }
  };
}

function begin(turns: Turns, request: IncomingMessage, response: ServerResponse): void {
  turns.response = response;
  response.on("close", turnOver);
  try {
    turns.handle(request, response);
  } catch {
    // whatever it was, it concerns this request alone
    response.destroy();
  }
}

function turnOver(this: ServerResponse): void {
  const { socket } = this.req;
  const turns = turnsOf.get(socket);
  if (turns === undefined) return;
  turns.response = undefined;
  turns.idleSince = nextMoment();
  if (turns.waiting === undefined) return;
  // an answer that was the last one has ended the connection, though its bytes may still be on their way: the HTTP server gives it to no further response
  const next = socket.writable ? turns.waiting.shift() : undefined;
  if (next === undefined) turns.waiting = undefined;
  else begin(turns, next.request, next.response);
}
