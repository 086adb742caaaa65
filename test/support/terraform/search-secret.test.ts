import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { searchBytes, searchFolder, zipMembers } from "./search-secret";

const SECRET = "sk-control-0123456789";

/** An archive of one member, compressed or stored. */
function zip(name: string, content: Buffer, isStored = false): Buffer {
  const packed = isStored ? content : deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(isStored ? 0 : 8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

const inside = Buffer.from(`{"a":"${SECRET}"}`);

test.each([
  ["plain", inside, ["x"]],
  ["a member of an archive", zip("tfplan", inside), ["x > tfplan"]],
  ["a stored member, which shows in the archive too", zip("tfstate", inside, true), ["x", "x > tfstate"]],
  ["compressed", gzipSync(inside), ["x > gzip"]],
  ["private data", Buffer.from(JSON.stringify({ private: inside.toString("base64") })), ["x > base64 at 12"]],
  ["private data in a member", zip("tfstate", Buffer.from(`"${inside.toString("base64")}"`)), ["x > tfstate > base64 at 1"]],
  ["nothing", Buffer.from("sk-control-012345678"), []],
])("a secret in: %s", (_, bytes, places) => {
  expect(searchBytes("x", bytes, SECRET)).toEqual(places);
});

test("what is no archive has no members", () => {
  expect(zipMembers(Buffer.from("no archive, though it is longer than the end of one"))).toEqual([]);
});

test("a folder is searched to its ground, but for what is left out", () => {
  const folder = mkdtempSync(join(tmpdir(), "search-"));
  mkdirSync(join(folder, "a/b"), { recursive: true });
  mkdirSync(join(folder, "skipped"));
  for (const file of ["a/b/one", "two", "skipped/three"]) writeFileSync(join(folder, file), inside);
  writeFileSync(join(folder, "empty"), "");
  expect([...searchFolder(folder, SECRET, ["skipped"])].sort()).toEqual(["a/b/one", "two"]);
  rmSync(folder, { recursive: true });
});
