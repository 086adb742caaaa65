import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../../runtime/ledger/log";
import { LogSink } from "../../../runtime/ledger/log-sink";
import { bundle } from "../../support/bundle";
import { withPatience } from "../../support/child-process";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-log-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("all lines are written, in order, however many there are", async () => {
  const path = join(folder, "many.log");
  const sink = new LogSink(path);
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ä\n`);
  for (const [index, line] of lines.entries()) {
    sink.write(line);
    if (index % 5_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await sink.close();
  expect(await readFile(path, "utf8")).toBe(lines.join(""));
  expect(sink.dropped).toBe(0);
});

test("few lines are written without being closed", async () => {
  const path = join(folder, "few.log");
  const sink = new LogSink(path);
  sink.write("one\n");
  let text = "";
  for (let tries = 0; tries < 200 && text === ""; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    text = await readFile(path, "utf8");
  }
  expect(text).toBe("one\n");
  await sink.close();
});

test("what waits is bounded: lines beyond are dropped and counted", async () => {
  const sink = new LogSink(join(folder, "bounded.log"));
  const line = `${"x".repeat(1024 * 1024)}\n`;
  for (let count = 0; count < 40; count++) sink.write(line);
  expect(sink.dropped).toBeGreaterThan(0);
  await sink.close();
});

test("a flush waits until all lines so far are written", async () => {
  const path = join(folder, "flushed.log");
  const sink = new LogSink(path);
  await sink.flush();
  for (const line of ["one\n", "two\n"]) {
    sink.write(line);
    await sink.flush();
    expect((await readFile(path, "utf8")).endsWith(line)).toBe(true);
  }
  expect(await readFile(path, "utf8")).toBe("one\ntwo\n");
  await sink.close();
});

test("a full disk costs its lines, which are counted; nothing waits for it", async () => {
  const sink = new LogSink("/dev/full");
  for (let count = 1; count <= 3; count++) {
    sink.write("one\n");
    await sink.flush();
    expect(sink.dropped).toBe(count);
  }
  sink.write("at the end\n");
  await sink.close();
  expect(sink.dropped).toBe(4);
  sink.write("late\n");
  expect(sink.dropped).toBe(5);
});

test("a reader of a pipe that has gone costs lines until there is another one", async () => {
  const path = join(folder, "readers");
  execFileSync("mkfifo", [path]);
  const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const sink = new LogSink(path);
  closeSync(first);
  sink.write("lost\n");
  await sink.flush();
  expect(sink.dropped).toBe(1);
  const second = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  sink.write("read\n");
  await sink.flush();
  const buffer = Buffer.alloc(100);
  expect(buffer.toString("utf8", 0, readSync(second, buffer))).toBe("read\n");
  await sink.close();
  expect(sink.dropped).toBe(1);
  closeSync(second);
});

test("a slow reader of a pipe gets all lines, in order", async () => {
  const path = join(folder, "slow");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const sink = new LogSink(path);
  const lines = Array.from({ length: 3_000 }, (_, index) => `line ${index} ${"x".repeat(100)}\n`);
  for (const line of lines) sink.write(line);
  let isWritten = false;
  const written = sink.flush().then(() => (isWritten = true));
  // more than a pipe holds
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(isWritten).toBe(false);
  const expected = lines.join("");
  const buffer = Buffer.alloc(10_000);
  let text = "";
  while (text.length < expected.length) {
    try {
      text += buffer.toString("utf8", 0, readSync(reader, buffer));
    } catch (error) {
      expect(error).toMatchObject({ code: "EAGAIN" });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  expect(text).toBe(expected);
  await written;
  await sink.close();
  expect(sink.dropped).toBe(0);
  closeSync(reader);
});

test("a log line has its level by name and its time as ISO text", async () => {
  const path = join(folder, "shape.log");
  const log = createLog({ path });
  const before = Date.now();
  log.logger.warn({ a: 1 }, "said");
  await log.close();
  const line = JSON.parse(await readFile(path, "utf8")) as { level: string; time: string };
  expect(line).toMatchObject({ level: "warn", a: 1, msg: "said" });
  expect(new Date(line.time).toISOString()).toBe(line.time);
  expect(Math.abs(new Date(line.time).getTime() - before)).toBeLessThan(5_000);
});

describe("a reader that does not read", () => {
  const program = `
    import { writeSync } from "node:fs";
    import { createLog } from ${JSON.stringify(join(__dirname, "../../../runtime/ledger/log"))};
    const log = createLog();
    for (let line = 0; line < 3000; line++) log.logger.info({ text: "x".repeat(1000) }, "line");
    setTimeout(async () => {
      writeSync(2, "closing\\n");
      await log.close();
      writeSync(2, "closed, dropped " + log.dropped() + "\\n");
      process.exit(0);
    }, 300);
  `;
  let bundled: string;
  beforeAll(async () => {
    const entry = join(folder, "unread.ts");
    await writeFile(entry, program);
    bundled = await bundle(entry, folder);
  });

  test.each([
    ["of a pipe", (reader: number) => reader],
    ["of a socket", () => "pipe" as const],
  ])(
    "%s does not keep the process",
    async (_name, stdout) => {
      const path = join(folder, `fifo-${_name.slice(-4)}`);
      execFileSync("mkfifo", [path]);
      const end = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      const one = spawn(process.execPath, [bundled], { stdio: ["ignore", stdout(end), "pipe"] });
      one.stdout?.pause();
      let err = "";
      one.stderr!.setEncoding("utf8").on("data", (text: string) => (err += text));
      try {
        expect(await withPatience(20_000, once(one, "exit"), () => err)).toEqual([0, null]);
        expect(err).toMatch(/closing\nclosed, dropped [1-9]\d*\n/);
      } finally {
        one.kill("SIGKILL");
        closeSync(end);
      }
    },
    30_000,
  );
});

test("a file that would block is an error at the start", () => {
  const path = join(folder, "no-reader");
  execFileSync("mkfifo", [path]);
  expect(() => new LogSink(path)).toThrow("ENXIO");
});
