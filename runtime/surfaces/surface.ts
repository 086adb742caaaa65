import type { RouteType } from "../../config/types.generated";
import type { Sliced } from "../bytes/slices";
import type { Ask } from "../codecs/ask";
import type { StreamError } from "../codecs/stream-reader";
import type { ObjectScan, ScanResult } from "../json/scan";

/** How the client's dialect is read and spoken where no upstream is involved. */
export interface ClientTexts {
  /** Text of the last message or prompt of a request, for a judge. Empty if there is none, or if the request is too large to be read at once. */
  questionOf(body: Buffer): string;
  /**
   * Generated text of a whole answer, for a judge. Empty if there is none, or if the answer is too large to be read at once.
   * @param stream whether the payload is a stream of events
   * @param length characters that are enough
   */
  textOf(payload: string, stream: boolean, length: number): string;
  /** The event that tells the client inside a stream that it failed. */
  errorEvent(error: StreamError): Buffer;
  /**
   * The same of a provider's error, whose whole answer came when the stream had begun.
   * @param body in the client's dialect; undefined if it cannot be read
   * @returns undefined if it tells no error
   */
  toldError(body: Buffer | undefined): Buffer | undefined;
  /** What keeps the connection of a silent stream alive, and is no event. */
  readonly keepAlive: Buffer;
}

/** A large request that is read in steps. */
export interface LargeAsk extends Sliced {
  /**
   * What the request asks for; to be asked for after the last step.
   * @throws GatewayError (400) if it is not what the surface takes
   */
  result(): Ask;
}

/** One API shape that clients call; one per `route_type`. */
export interface Surface {
  readonly routeType: RouteType;
  readonly methods: ReadonlySet<string>;
  /** How a request's body comes: as JSON, which is unpacked and may be changed on its way, or as bytes that stay as they are. */
  readonly body: "json" | "bytes";
  /** Whether an answer may be a stream of events. */
  readonly streams: boolean;
  /** Undefined if the client's dialect is not known. */
  readonly texts: ClientTexts | undefined;
  /**
   * Whether a request may be of this surface by the type of its body, for plugins whose targets differ in route type.
   * @param mediaType in lower case and without parameters; undefined if the request names none
   */
  accepts(mediaType: string | undefined): boolean;
  /** Whether a body is of this surface's format, for plugins whose targets differ in route type. */
  recognises(scan: ObjectScan): boolean;
  /**
   * Reads the request's body.
   * @param scan of the body, if it was scanned before; else the body is scanned here
   * @throws GatewayError (400) if it is not what this surface takes
   */
  read(body: Buffer, scan?: ScanResult): Ask;
  /** Whether an answer to a request can be gone on with from its middle: free text of a conversation. Absent: never. */
  goesOn?(ask: Ask): boolean;
  /**
   * Begins to read a large body; absent if nothing that `read` does takes longer for a large one.
   * @param scan of the body
   * @throws GatewayError (400) if it is not what this surface takes
   */
  readLarge?(body: Buffer, scan: ScanResult): LargeAsk;
  /** What a request is about, for a choice by meaning: at most 8,192 characters, empty if there is none. Reads the body anew each time; never throws. */
  prompt(ask: Ask): string;
}

const JSON_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]*\+json$/;

/** What a JSON surface accepts: `application/json`, another type that ends in `+json`, or no type. */
export const acceptsJson = (mediaType: string | undefined): boolean =>
  mediaType === undefined || mediaType === "application/json" || JSON_TYPE.test(mediaType);

/** Methods of a JSON surface: GET with a body is what Kong takes too. */
export const JSON_METHODS: ReadonlySet<string> = new Set(["GET", "POST"]);

/** Never TRACE, whose answer repeats the request with the provider's credentials, nor CONNECT. */
export const ALL_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
