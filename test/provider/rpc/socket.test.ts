import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MAX_SOCKET_PATH_BYTES } from "../../../provider/rpc/handshake";
import { makeSocketFolder } from "../../../provider/rpc/socket";

const base = mkdtempSync("/tmp/socket-test-");
const before = process.env["TMPDIR"];

afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A folder of which the path has exactly so many bytes. */
function folderOf(bytes: number): string {
  const path = join(base, "ü".repeat(Math.floor((bytes - base.length - 1) / 2)) + "x".repeat((bytes - base.length - 1) % 2));
  expect(Buffer.byteLength(path)).toBe(bytes);
  mkdirSync(path, { recursive: true });
  return path;
}

const OWN = "/provider-XXXXXX/socket".length;

test("bytes count, not characters: the longest folder that fits, and one byte more", () => {
  const folder = makeSocketFolder({ folder: folderOf(MAX_SOCKET_PATH_BYTES - OWN) });
  expect(Buffer.byteLength(folder.path)).toBe(MAX_SOCKET_PATH_BYTES);
  folder.remove();
  expect(() => makeSocketFolder({ folder: folderOf(MAX_SOCKET_PATH_BYTES - OWN + 1) })).toThrow(/may have 103 bytes/);
});

test("where the system's folder is too long, /tmp is taken", () => {
  process.env["TMPDIR"] = folderOf(100);
  const folder = makeSocketFolder({ folder: undefined });
  expect(folder.path).toMatch(/^\/tmp\/provider-[^/]+\/socket$/);
  folder.remove();
});

test("everything is removed, a socket file included, and removing again is harmless", () => {
  const folder = makeSocketFolder({ folder: base });
  expect(statSync(dirname(folder.path)).mode & 0o777).toBe(0o700);
  writeFileSync(folder.path, "");
  folder.remove();
  expect(existsSync(dirname(folder.path))).toBe(false);
  folder.remove();
});
