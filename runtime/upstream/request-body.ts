import { Readable } from "node:stream";

/** A body up to this size is handed to the system in one piece; whether the provider takes it shows in its answer alone. */
const ONE_PIECE_BYTES = 256 * 1024;

/** Larger ones go in pieces of this size, so that a provider that takes nothing is noticed. */
const PIECE_BYTES = 64 * 1024;

function* pieces(body: Buffer, taken: () => void): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    yield body.subarray(at, at + PIECE_BYTES);
    taken();
  }
}

/**
 * A large body as it is written.
 * @param taken called whenever the connection has taken a piece
 */
export const piecesOf = (body: Buffer, taken: () => void): Readable =>
  Readable.from(pieces(body, taken), { objectMode: false, highWaterMark: PIECE_BYTES });

/** Whether a body is written in pieces, so that its length has to be said in a header. */
export const isInPieces = (body: Buffer | undefined): body is Buffer => body !== undefined && body.length > ONE_PIECE_BYTES;
