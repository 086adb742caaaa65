import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileInPieces } from "../../../runtime/reload/read-file";

const MIB = 1024 * 1024;
const BYTES = Buffer.from(Array.from({ length: MIB + 7 }, (_, index) => (index * 31) % 251));
const digestOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "read-file-"));
  path = join(folder, "file");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file that is read in pieces", () => {
  test.each([0, 1, 512 * 1024 - 1, 512 * 1024, MIB, MIB + 7])("of %d bytes is whole, with its digest, in shared memory", async (size) => {
    const bytes = BYTES.subarray(0, size);
    writeFileSync(path, bytes);
    const { content, digest } = await readFileInPieces(path, size);
    expect(content.equals(bytes)).toBe(true);
    expect(digest).toBe(digestOf(bytes));
    expect(content.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test.each([
    ["shorter", 5, 3],
    ["longer", 2, 2],
  ])("is %s than it was: what is there counts, up to the size that was asked for", async (_name, size, length) => {
    writeFileSync(path, "abc");
    const { content, digest } = await readFileInPieces(path, size);
    expect(content.toString()).toBe("abc".slice(0, length));
    expect(digest).toBe(digestOf(content));
  });

  test("and is missing is named", async () => {
    await expect(readFileInPieces(join(folder, "none"), 1)).rejects.toThrow(/ENOENT.*none/);
  });
});
