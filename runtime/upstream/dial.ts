import { Socket } from "node:net";
import { buildConnector, type Dispatcher } from "undici";
import { passOverContinue } from "./informational";
import { wakeParserAtEnd } from "./paused-parser";

/** A call for which a connection may have to be opened. */
export interface Dialer {
  /** A connection is being opened for the call: destroying the socket with an error gives the call up at once. */
  dialed(socket: Socket): void;
}

/** The HTTP client opens a connection while `dispatch` runs, or not at all; this is whose call that is. */
let dialing: Dialer | undefined;

/** Dispatches a call and tells it of the connection that is opened for it: until the request is written, the HTTP client has no other way to give it up. */
export function dispatchDialed(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler & Dialer,
): void {
  dialing = handler;
  try {
    dispatcher.dispatch(options, handler);
  } finally {
    dialing = undefined;
  }
}

/** Opens connections as the HTTP client does by itself, and tells the call for which it is done. */
export function dialingConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  // the type says nothing of the socket, which is given back all the same
  const open: (...given: Parameters<buildConnector.connector>) => unknown = buildConnector(options);
  return (given, callback) => {
    const socket = open(given, (...result) => {
      if (result[0] === null) wakeParserAtEnd(result[1]);
      callback(...result);
      if (result[0] === null) passOverContinue(result[1]);
    });
    if (socket instanceof Socket) dialing?.dialed(socket);
  };
}
