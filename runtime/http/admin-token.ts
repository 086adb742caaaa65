import { createHash, timingSafeEqual } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { headerText } from "../bytes/header-text";
import { AdminError } from "./admin-errors";

/** A longer file is no token; it is not read to its end, as it may have none. */
const MAX_BYTES = 4096;

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Reads a token file; space around the token does not count.
 * @throws the system's error where it cannot be read; RangeError where it holds no token. Neither holds anything of the file's content.
 */
export async function readToken(path: string): Promise<string> {
  // a pipe would be waited for, and could be read once only
  if (!(await stat(path)).isFile()) throw new RangeError("it is no regular file");
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const token = buffer.toString("utf8", 0, bytesRead).trim();
    if (bytesRead > MAX_BYTES) throw new RangeError(`it is longer than ${MAX_BYTES} bytes, so it is no token`);
    if (token === "") throw new RangeError("it is empty");
    if (/\s/.test(token)) throw new RangeError("it holds more than one word, so it is no token");
    return token;
  } finally {
    await file.close();
  }
}

/**
 * Lets a request pass whose `Authorization` carries the token. The file is read at each request, so that a new token holds from the moment that it
 * is written, however it is replaced; one that cannot be read lets nobody pass.
 * @throws AdminError
 */
export async function checkToken(authorization: string | undefined, tokenFile: string | undefined): Promise<void> {
  if (tokenFile === undefined) throw new AdminError("no_token_file");
  const given = BEARER.exec(headerText(authorization ?? ""))?.[1];
  if (given === undefined) throw new AdminError("unauthorized");
  let token: string;
  try {
    token = await readToken(tokenFile);
  } catch {
    throw new AdminError("token_unreadable");
  }
  if (!timingSafeEqual(digest(given), digest(token))) throw new AdminError("unauthorized");
}

/** Texts of any length come to the same length, as the comparison asks for, so that it does not tell the token's. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
