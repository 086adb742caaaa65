import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../../runtime/ledger/log";
import { LogSink } from "../../../runtime/ledger/log-sink";

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
