import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileLog } from "../../../runtime/ledger/file-log";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-file-log-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file that cannot be written is told once per batch, and all its lines count as dropped", async () => {
  const told: string[] = [];
  const log = new FileLog(join(folder, "nowhere/at/all.json"), (_error, path) => told.push(path));
  for (let line = 0; line < 5; line++) log.write({ line });
  await log.settled();
  // the first line does not wait for others; those behind it are one batch
  expect(told).toEqual([log.path, log.path]);
  expect(log.dropped).toBe(5);
});

test("lines keep their order", async () => {
  const log = new FileLog(join(folder, "exchanges.json"), () => undefined);
  for (let line = 0; line < 5; line++) log.write({ line });
  await log.settled();
  expect(await readFile(log.path, "utf8")).toBe([0, 1, 2, 3, 4].map((line) => `{"line":${line}}\n`).join(""));
});
