import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { lookup } from "node:dns/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileLogs, type FileLogOptions } from "../../../runtime/ledger/file-log";
import { until } from "../../support/gateway";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-file-log-"));
});
afterEach(() => rm(folder, { recursive: true }));

function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return path;
}

function files(options: Partial<FileLogOptions> = {}) {
  const troubles: [string, number][] = [];
  const onTrouble = (error: NodeJS.ErrnoException, path: string, dropped: number): void =>
    void troubles.push([`${error.code ?? error.message} ${path.slice(folder.length + 1)}`, dropped]);
  const logs = new FileLogs({ onTrouble, ...options });
  return { logs, troubles };
}

const lines = async (path: string): Promise<unknown[]> =>
  (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

test("lines keep their order, over many batches and two handles of one path", async () => {
  const { logs } = files();
  const path = join(folder, "a.log");
  const [one, two] = [logs.open(path), logs.open(path)];
  for (let count = 0; count < 2000; count++) {
    (count % 2 === 0 ? one : two).write({ count });
    if (count % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await logs.close(5000);
  expect(await lines(path)).toEqual(Array.from({ length: 2000 }, (_, count) => ({ count })));
  expect(logs.dropped).toBe(0);
});

test("a rotated file is left alone: the next lines make a new one", async () => {
  const { logs } = files();
  const path = join(folder, "a.log");
  const log = logs.open(path);
  log.write({ count: 1 });
  await until(async () => (await readdir(folder)).includes("a.log") && (await readFile(path, "utf8")).endsWith("\n"));
  await rename(path, `${path}.1`);
  log.write({ count: 2 });
  await logs.close(5000);
  expect(await lines(`${path}.1`)).toEqual([{ count: 1 }]);
  expect(await lines(path)).toEqual([{ count: 2 }]);
});

describe("destinations that block", () => {
  test("pipes without a reader, however many, hold up neither name look-ups nor other files", async () => {
    const { logs, troubles } = files();
    for (let count = 0; count < 8; count++) logs.open(fifo(`pipe-${count}`)).write({ count });
    logs.open(join(folder, "a.log")).write({ count: 8 });
    await expect(lookup("localhost")).resolves.toHaveProperty("address");
    await logs.close(5000);
    expect(await lines(join(folder, "a.log"))).toEqual([{ count: 8 }]);
    expect(troubles.map(([text]) => text).sort()).toEqual(Array.from({ length: 8 }, (_, count) => `ENXIO pipe-${count}`));
    expect(logs.dropped).toBe(8);
  });

  test("a pipe whose reader is slow gets all lines; one whose reader never reads is given up at the end", async () => {
    const { logs, troubles } = files();
    const [slow, stuck] = [fifo("slow"), fifo("stuck")];
    const readers = [slow, stuck].map((path) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    const line = { text: "x".repeat(1000) };
    for (const path of [slow, stuck]) {
      const log = logs.open(path);
      for (let count = 0; count < 300; count++) log.write(line);
    }
    let text = "";
    const buffer = Buffer.alloc(65_536);
    await until(() => {
      try {
        text += buffer.toString("utf8", 0, readSync(readers[0]!, buffer));
      } catch {
        // nothing to read just now
      }
      return text.split("\n").length === 301;
    });
    for (const one of text.trimEnd().split("\n")) expect(JSON.parse(one)).toEqual(line);
    await logs.close(50);
    // what the pipe took is nobody's loss
    expect(logs.dropped).toBeGreaterThan(200);
    expect(logs.dropped).toBeLessThanOrEqual(300);
    expect(troubles).toEqual([]);
    for (const reader of readers) closeSync(reader);
  });
});

test.each<[string, string, () => Promise<string>]>([
  ["a folder", "EISDIR", async () => mkdir(join(folder, "d")).then(() => join(folder, "d"))],
  ["a folder that is not there", "ENOENT", () => Promise.resolve(join(folder, "none", "a.log"))],
  ["a full disk", "ENOSPC", () => Promise.resolve("/dev/full")],
])("%s costs its lines and is told", async (_name, code, path) => {
  const { logs, troubles } = files();
  logs.open(await path()).write({});
  await logs.close(5000);
  expect(troubles).toEqual([[expect.stringContaining(code) as string, 1]]);
  expect(logs.dropped).toBe(1);
});

test("a folder that comes back is written to again", async () => {
  const { logs } = files();
  const path = join(folder, "d", "a.log");
  const log = logs.open(path);
  log.write({ count: 1 });
  await until(() => logs.dropped === 1);
  await mkdir(join(folder, "d"));
  log.write({ count: 2 });
  await logs.close(5000);
  expect(await lines(path)).toEqual([{ count: 2 }]);
});

test("trouble is told once a minute, with all that was dropped since", async () => {
  let now = 0;
  const { logs, troubles } = files({ now: () => now });
  const log = logs.open(join(folder, "none", "a.log"));
  for (let count = 1; count <= 4; count++) {
    log.write({});
    await until(() => logs.dropped === count);
    now += 25_000;
  }
  expect(troubles).toEqual([
    ["ENOENT none/a.log", 1],
    ["ENOENT none/a.log", 3],
  ]);
});

test("a thousand files are written with few open at once", async () => {
  const { logs } = files();
  const before = (await readdir("/proc/self/fd")).length;
  for (let count = 0; count < 1000; count++) logs.open(join(folder, `${count}.log`)).write({ count });
  let most = 0;
  const closed = logs.close(30_000);
  const state = { isClosed: false };
  void closed.then(() => (state.isClosed = true));
  while (!state.isClosed) most = Math.max(most, (await readdir("/proc/self/fd")).length);
  expect(most - before).toBeLessThan(20);
  expect((await readdir(folder)).length).toBe(1000);
  expect(logs.dropped).toBe(0);
});

test("what waits is bounded by its size, for one file and for all", async () => {
  const { logs } = files();
  const entry = { text: "x".repeat(1024 * 1024) };
  const readers: number[] = [];
  for (let count = 0; count < 6; count++) {
    const path = fifo(`pipe-${count}`);
    readers.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    const log = logs.open(path);
    for (let line = 0; line < 10; line++) log.write(entry);
  }
  // of 60 MiB no more than 8 wait for one file, and 32 in all
  expect(logs.dropped).toBeGreaterThanOrEqual(28);
  await logs.close(10);
  for (const reader of readers) closeSync(reader);
});

test("nothing is taken after the end", async () => {
  const { logs } = files();
  await logs.close(10);
  logs.open(join(folder, "a.log")).write({});
  expect([logs.dropped, await readdir(folder)]).toEqual([1, []]);
});

test("/dev/stdout goes through the gateway's own log, so that lines do not mix", () => {
  const given: string[] = [];
  const { logs } = files({ standardOutput: (line) => given.push(line) });
  logs.open("/dev/stdout").write({ count: 1 });
  expect(given).toEqual(['{"count":1}\n']);
});
