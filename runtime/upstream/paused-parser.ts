import type { Socket } from "node:net";

/** What is used of the HTTP client's parser, which it keeps at the socket. */
interface Parser {
  paused: boolean;
  readonly ptr: number | null;
  readonly llhttp: { llhttp_resume(parser: number): void };
  resume(): void;
}

const hasParserShape = (value: unknown): value is Parser =>
  typeof value === "object" && value !== null && "paused" in value && "ptr" in value && "llhttp" in value && "resume" in value;

/** The parser that the HTTP client keeps at a socket of its own; undefined if it has none yet, or one that is not as it is known here. */
export function parserOf(socket: Socket): Parser | undefined {
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "parser");
  const parser: unknown = symbol && (socket as unknown as Readonly<Record<symbol, unknown>>)[symbol];
  return hasParserShape(parser) ? parser : undefined;
}

/** Lets the parser go on: no more bytes can come, so that there is nothing to hold back any longer. */
function wake(this: Socket): void {
  const parser = parserOf(this);
  if (parser?.paused !== true) return;
  try {
    // an answer that is complete but for its end is told as complete; nothing happens if the socket is destroyed
    parser.resume();
    // it holds itself back again if the answer's length is open, as its reader still waits
    if (parserOf(this)?.paused === true && parser.ptr !== null && !this.destroyed) parser.llhttp.llhttp_resume(parser.ptr);
  } finally {
    parser.paused = false;
  }
}

/**
 * The HTTP client (undici) throws if a connection ends, breaks or closes while an answer is held back, and never tells that the call is over. So its parser is
 * woken before it hears of that. To be called before the client gets the socket, as listeners are called in the order in which they were added.
 */
export function wakeParserAtEnd(socket: Socket): void {
  socket.on("end", wake).on("error", wake).on("close", wake);
}
