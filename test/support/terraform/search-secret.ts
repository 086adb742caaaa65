/** Looks for a secret in everything that a deployment writes: byte by byte, in archives and in encoded parts too. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";

const DEPTH = 4;
const CENTRAL_ENTRY = 0x02014b50;
const END_OF_ARCHIVE = 0x06054b50;

/** One file inside an archive. */
export interface ArchiveMember {
  readonly name: string;
  readonly content: Buffer;
}

/** The members of a zip archive, decompressed, as its central directory lists them; none where the bytes are no zip archive. Zip64 is not known. */
export function zipMembers(bytes: Buffer): readonly ArchiveMember[] {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_ARCHIVE) end--;
  if (end < 0) return [];
  const members: ArchiveMember[] = [];
  let entry = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (entry + 46 > bytes.length || bytes.readUInt32LE(entry) !== CENTRAL_ENTRY) break;
    const [method, size] = [bytes.readUInt16LE(entry + 10), bytes.readUInt32LE(entry + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(entry + offset)) as [
      number,
      number,
      number,
    ];
    const local = bytes.readUInt32LE(entry + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + size);
    const name = bytes.subarray(entry + 46, entry + 46 + nameLength).toString();
    members.push({ name, content: method === 0 ? packed : inflateRawSync(packed) });
    entry += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}

/** What hides in some bytes: members of an archive, what is compressed, what is written in base64. */
function hidden(bytes: Buffer): readonly ArchiveMember[] {
  const isZip = bytes.length > 22 && bytes.readUInt32BE(0) === 0x504b0304;
  if (isZip) return zipMembers(bytes);
  if (bytes.length > 2 && bytes.readUInt16BE(0) === 0x1f8b) return [{ name: "gzip", content: gunzipSync(bytes) }];
  return [...bytes.toString("latin1").matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].map(({ 0: text, index }) => ({
    name: `base64 at ${index}`,
    content: Buffer.from(text, "base64"),
  }));
}

/** The places in some bytes that hold a secret: `name`, or `name > member`. */
export function searchBytes(name: string, bytes: Buffer, secret: string, depth = DEPTH): readonly string[] {
  const here = bytes.includes(secret) ? [name] : [];
  if (depth === 0) return here;
  return [...here, ...hidden(bytes).flatMap((part) => searchBytes(`${name} > ${part.name}`, part.content, secret, depth - 1))];
}

/**
 * The places in a folder that hold a secret. Links are not followed.
 *
 * @param skip names of files and folders that are left out
 */
export function searchFolder(folder: string, secret: string, skip: readonly string[] = []): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        !join(entry.parentPath, entry.name)
          .split("/")
          .some((part) => skip.includes(part)),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size > 0)
    .flatMap((path) => searchBytes(path.slice(folder.length + 1), readFileSync(path), secret));
}
