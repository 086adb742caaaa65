import type { IncomingMessage, ServerResponse } from "node:http";
import { CollectedBytes } from "../bytes/collected-bytes";
import { inSlices, LARGE_BYTES } from "../bytes/slices";
import { ObjectScanner } from "../json/object-scanner";
import type { ScanResult } from "../json/scan";
import { CODINGS, codingOf, describeUnpackProblem, Unpacker, type UnpackProblem, type UnpackTarget } from "../bytes/decode-body";
import { headerText } from "../bytes/header-text";
import { GatewayError } from "../errors";

/** How long what a client still sends is thrown away after it was refused, so that it can read the answer before the connection ends. */
const LINGER_MS = 2_000;

/** The field that sets the limit. */
const LIMIT_FIELD = "max_request_body_size";

const tooLarge = (limit: number): GatewayError =>
  new GatewayError("body_too_large", `the request body must be at most ${limit} bytes (${LIMIT_FIELD}), but it is larger`);

function unpackError(problem: UnpackProblem, coding: string, limit: number): GatewayError {
  const code = problem === "broken" ? "body_not_json" : "body_too_large";
  return new GatewayError(code, `the request body ${describeUnpackProblem(problem, coding, limit, LIMIT_FIELD)}`);
}

/** Codings for `Accept-Encoding`, which tells them with 415 (RFC 9110, section 12.5.3). */
const ACCEPTED = CODINGS.join(", ");

const unsupported = (coding: string): GatewayError =>
  new GatewayError(
    "unsupported_encoding",
    `the request's content-encoding must be one of ${ACCEPTED}, but it is ${JSON.stringify(coding.slice(0, 64))}`,
    undefined,
    ["accept-encoding", ACCEPTED],
  );

const unreadable = (coding: string): GatewayError =>
  new GatewayError(
    "not_served",
    `the request's transfer-encoding must be chunked, but it is ${JSON.stringify(headerText(coding).slice(0, 64))}`,
  );

/** How a request's body is read. */
export interface BodyOptions {
  /** Largest body in bytes, unpacked if it is unpacked; Infinity = no limit. */
  readonly limit: number;
  /** Whether a packed body is unpacked; else it stays as it came. */
  readonly unpack: boolean;
}

/**
 * Called once, and must not throw: with the body, or with what went wrong, a GatewayError or whatever was thrown. `scan` is there for a large body only, as a small one is
 * scanned in less time than a turn of the event loop takes.
 */
export type BodyDone = (error: unknown, body: Buffer, scan: ScanResult | undefined) => void;

/**
 * Reads a request's body up to a limit (413 at once if the announced length is over it). A client that goes away while it sends, or before a large body has
 * been scanned, calls nothing; the response's `close` event tells.
 */
export function readClientBody(request: IncomingMessage, options: BodyOptions, done: BodyDone): void {
  const length = Number(request.headers["content-length"] ?? 0);
  const coding = options.unpack ? codingOf(request.headers) : undefined;
  const transfer = request.headers["transfer-encoding"];
  if (length > options.limit) done(tooLarge(options.limit), EMPTY, undefined);
  // the HTTP server takes the chunks apart and leaves what other codings made of the body as it is
  else if (transfer !== undefined && transfer !== "chunked" && transfer.toLowerCase() !== "chunked")
    done(unreadable(transfer), EMPTY, undefined);
  else new BodyReading(request, options, length, done).begin(coding);
}

class BodyReading {
  private readonly body: CollectedBytes;
  private unpacker: Unpacker | undefined;
  private over = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly options: BodyOptions,
    length: number,
    private readonly done: BodyDone,
  ) {
    this.body = new CollectedBytes(length);
  }

  begin(coding: string | undefined): void {
    const { request } = this;
    if (coding !== undefined) {
      this.unpacker = Unpacker.of(coding, this.options.limit, this.unpackTarget(coding));
      if (this.unpacker === undefined) {
        this.fail(unsupported(coding));
        return;
      }
      request.once("close", () => this.closed());
    }
    request.on("data", this.onData).on("end", this.onEnd);
  }

  private unpackTarget(coding: string): UnpackTarget {
    return {
      data: (plain) => this.body.add(plain),
      end: () => {
        // bytes behind the end would be dropped without a word
        if (this.unpacker?.hasRest === true) this.fail(unpackError("broken", coding, this.options.limit));
        else this.finish();
      },
      failed: (problem) => this.fail(unpackError(problem, coding, this.options.limit)),
      drained: () => this.request.resume(),
      crashed: (cause) => this.fail(cause),
    };
  }

  // as a property at the request would give it a form that the streams of Node have to tell apart
  private readonly onData = (chunk: Buffer): void => {
    try {
      this.take(chunk);
    } catch (cause) {
      this.fail(cause);
    }
  };

  private readonly onEnd = (): void => {
    try {
      if (this.unpacker === undefined) this.finish();
      else this.unpacker.end();
    } catch (cause) {
      this.fail(cause);
    }
  };

  /** The client went away in the middle of its body. */
  private closed(): void {
    if (!this.request.complete) this.unpacker?.destroy();
  }

  private take(chunk: Buffer): void {
    if (this.unpacker !== undefined) {
      if (!this.unpacker.write(chunk)) this.request.pause();
    } else if (this.body.length + chunk.length > this.options.limit) this.fail(tooLarge(this.options.limit));
    else this.body.add(chunk);
  }

  private fail(error: unknown): void {
    if (this.over) return;
    this.over = true;
    this.unpacker?.destroy();
    // held back for the unpacker, it would hold the connection: what is left is read and dropped
    this.request.off("data", this.onData).off("end", this.onEnd).resume();
    this.done(error, EMPTY, undefined);
  }

  private finish(): void {
    const { request } = this;
    // it may have gone while its body was unpacked
    if (this.over || request.socket.destroyed) return;
    // the HTTP server keeps a connection's last request until the next one comes: it must not keep the body with it
    const body = this.body.take();
    this.over = true;
    if (body.length <= LARGE_BYTES) {
      this.done(undefined, body, undefined);
      return;
    }
    const scanner = new ObjectScanner(body);
    const stop = inSlices(
      scanner,
      () => {
        request.socket.off("close", stop);
        this.done(undefined, body, scanner.result());
      },
      (cause) => {
        request.socket.off("close", stop);
        this.done(cause, EMPTY, undefined);
      },
    );
    request.socket.once("close", stop);
  }
}

const EMPTY = Buffer.alloc(0);

/**
 * Ends a response whose request has not been read to its end. Closing the connection with unread bytes would make the client's system throw the
 * answer away, so they are read and dropped for a while first.
 */
export function endEarly(request: IncomingMessage, response: ServerResponse, head: () => void, body: Buffer): void {
  head();
  response.write(body);
  const timer = setTimeout(finish, LINGER_MS);
  function finish(): void {
    clearTimeout(timer);
    response.end();
  }
  response.once("close", () => clearTimeout(timer));
  request.once("end", finish);
  request.resume();
}
