import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { linger } from "./linger";

/** Requests that one connection may have waiting behind the one that is answered; a connection that sends more is closed. */
const MAX_WAITING = 100;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** The requests of one connection. */
interface Turns {
  readonly handle: Handle;
  /** Of the request under way. */
  response: ServerResponse | undefined;
  /** The request that was answered before it had come to its end; what is left of it may still come. */
  answered: IncomingMessage | undefined;
  /** Place of the begin of the request under way, or of the end of the last one, in the order of such moments. */
  since: number;
  /** Undefined until a request has had to wait, as hardly any client sends the next one before it has the answer. */
  waiting: { readonly request: IncomingMessage; readonly response: ServerResponse }[] | undefined;
  /** Requests that are not served any more, as the connection ends behind those before them. */
  dropped: number;
}

/** Not at the sockets themselves: another form of sockets would make Node's streams slower for all of them. */
const turnsOf = new WeakMap<Duplex, Turns>();

let moments = 0;

/** The next place in the order of the moments at which requests begin and connections become idle: a number costs less than a look at the clock. */
export const nextMoment = (): number => ++moments;

/**
 * Since when a connection has had no request under way; undefined while one is.
 * @param openedAt since when it is open, for one that has had no request yet
 */
export function idleSince(socket: Socket, openedAt: number): number | undefined {
  const turns = turnsOf.get(socket);
  if (turns === undefined) return openedAt;
  return turns.response === undefined ? turns.since : undefined;
}

/** Since when a connection has had a request under way that has not come whole yet; undefined if it has none. */
export function unsentSince(socket: Socket): number | undefined {
  const turns = turnsOf.get(socket);
  return turns?.response?.req.complete === false ? turns.since : undefined;
}

/** The response of the request of this connection that has begun and whose answer has not ended. */
export const responseUnderWay = (socket: Duplex): ServerResponse | undefined => turnsOf.get(socket)?.response;

/** Whether what comes on this connection still belongs to a request whose answer has ended. */
export const isInAnswered = (socket: Duplex): boolean => turnsOf.get(socket)?.answered?.complete === false;

/**
 * Lets the requests of one connection begin one after another, whatever a client sends ahead: so one connection never takes more of anything than one
 * request does, and the request that is under way is always the one whose response hears of the connection's end. Those that wait go with the connection, and none
 * begins on a connection that takes no further answer. One with a body that is too long to wait ends the connection behind those before it.
 */
export function inTurns(handle: Handle): Handle {
  return (request, response) => {
    const { socket } = request;
    // nothing is upgraded, and the parser reads no request behind one that asks for it
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    let turns = turnsOf.get(socket);
    if (turns === undefined)
      turnsOf.set(socket, (turns = { handle, response: undefined, answered: undefined, since: 0, waiting: undefined, dropped: 0 }));
    if (turns.response === undefined && turns.dropped === 0 && socket.writable) begin(turns, request, response);
    else wait(turns, request, response);
  };
}

function wait(turns: Turns, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  // an answer that was the last one has ended the connection, though its bytes may still be on their way
  const isLate = turns.dropped > 0 || !socket.writable;
  if (isLate || (turns.response?.writableEnded === false && !mayWait(request))) {
    turns.dropped++;
    request.resume();
  } else (turns.waiting ??= []).push({ request, response });
  if ((turns.waiting?.length ?? 0) + turns.dropped > MAX_WAITING) socket.destroy();
}

/**
 * Whether the whole body of a request that waits has room beside its head. Else the connection would not be read until its turn came, and nobody would hear that
 * the client has gone.
 */
function mayWait({ headers, readableHighWaterMark }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) < readableHighWaterMark;
}

function begin(turns: Turns, request: IncomingMessage, response: ServerResponse): void {
  // the HTTP server gives the connection to one response after another: without it this one could never be sent, nor would it hear of the connection's end
  if (response.socket === null) {
    request.socket.destroy();
    return;
  }
  turns.response = response;
  turns.since = nextMoment();
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
  turns.answered = this.req.complete ? undefined : this.req;
  turns.since = nextMoment();
  const next = socket.writable ? turns.waiting?.shift() : undefined;
  if (next !== undefined) begin(turns, next.request, next.response);
  else if (turns.dropped > 0) linger(socket);
  else turns.waiting = undefined;
}
