import { createHash } from "node:crypto";

const KEY = Buffer.from('"tool_call_id"');

/** In a larger body ids stay as they are, in bytes: to look through it would hold up others. */
const MAX_BYTES = 1024 * 1024;

/** Results of tools in one conversation at most; one with more keeps all of its ids. */
const MAX_RESULTS = 4096;

/**
 * An id between its quotes, as it is written. It may be long: some providers pack the thoughts behind a call into it. Keys of JSON never stand inside a text,
 * where their quotes would be escaped.
 */
const RESULT_IDS = /"tool_call_id"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;
const ALL_IDS = /("(?:tool_call_id|id)"\s*:\s*")([^"\\]*(?:\\.[^"\\]*)*)(?=")/g;

/** Characters of an id that stands for another one; enough that two of one conversation do not meet. */
const HASH_LENGTH = 9;

/**
 * A request in which ids of tool calls that the provider refuses are replaced by a hash, the same in every turn of the conversation and for every target.
 * Only ids that a result names are known to be some; every other byte stays as it is.
 * @param accepted ids that the provider takes, nine letters and digits among them
 */
export function withAcceptedIds(body: Buffer, accepted: RegExp): Buffer {
  if (body.length > MAX_BYTES || !body.includes(KEY)) return body;
  // one character for each byte, so that all others come back as they were
  const text = body.toString("latin1");
  const replaced = new Map<string, string>();
  let results = 0;
  for (const [, written = ""] of text.matchAll(RESULT_IDS)) {
    if (results++ === MAX_RESULTS) return body;
    const id = readAs(written);
    if (id !== "" && !accepted.test(id) && !replaced.has(id)) replaced.set(id, hashOf(id));
  }
  if (replaced.size === 0) return body;
  return Buffer.from(
    text.replace(ALL_IDS, (all, before: string, written: string) => {
      const other = replaced.get(readAs(written));
      return other === undefined ? all : before + other;
    }),
    "latin1",
  );
}

/** The id that a text of JSON stands for, whichever of its characters are escaped; one character for each byte of UTF-8. */
function readAs(written: string): string {
  if (!written.includes("\\")) return written;
  const id = JSON.parse(`"${Buffer.from(written, "latin1").toString()}"`) as string;
  return Buffer.from(id).toString("latin1");
}

const hashOf = (id: string): string => createHash("sha256").update(id, "latin1").digest("hex").slice(0, HASH_LENGTH);
