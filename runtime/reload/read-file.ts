import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** What a file holds. */
export interface FileContent {
  /** In memory that threads share, so that one of them gets it without a copy. */
  readonly content: Buffer;
  /** Its SHA-256 (hex). */
  readonly digest: string;
}

/** Reading and hashing this much takes the event loop a millisecond or two. */
const PIECE_BYTES = 512 * 1024;

/**
 * Reads a file piece by piece, each in a turn of the event loop of its own.
 *
 * @param size of the file, in bytes; what goes beyond is left out
 * @throws the file system's error, which names path and cause
 */
export async function readFileInPieces(path: string, size: number): Promise<FileContent> {
  const content = Buffer.from(new SharedArrayBuffer(size));
  const hash = createHash("sha256");
  let length = 0;
  const file = await open(path, "r");
  try {
    while (length < size) {
      const { bytesRead } = await file.read(content, length, Math.min(PIECE_BYTES, size - length), length);
      if (bytesRead === 0) break;
      hash.update(content.subarray(length, length + bytesRead));
      length += bytesRead;
    }
  } finally {
    await file.close();
  }
  return { content: content.subarray(0, length), digest: hash.digest("hex") };
}
