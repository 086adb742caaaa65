import { setTimeout as sleep } from "node:timers/promises";
import { closeProcesses, connected, redisConfig, startProcess, sum, until } from "./support/gateways";
import { RedisServer } from "./support/redis";

jest.setTimeout(30_000);

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
afterEach(closeProcesses);

const config = () => redisConfig({ port: server.port });

test("each process hears what the others used, within a second, exactly once and not its own", async () => {
  const all = [startProcess(config()), startProcess(config()), startProcess(config())];
  await connected(...all);
  await sleep(300);
  for (let round = 0; round < 20; round++) {
    all.forEach(({ tell }, index) => tell(0.1 * (index + 1)));
    await sleep(30);
  }
  const took = await until(() => all.every(({ heard }, index) => Math.abs(sum(heard) - (12 - 2 * (index + 1))) < 1e-9), 1000, "the usage");
  console.info(`usage known to all after ${Math.round(took)} ms`);
  await sleep(600);
  all.forEach(({ heard }, index) => expect(sum(heard)).toBeCloseTo(12 - 2 * (index + 1), 9));
});

test("a correction downwards is heard too", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  await sleep(300);
  one.tell(10);
  await until(() => sum(two.heard) === 10, 1000);
  one.tell(-4);
  await until(() => sum(two.heard) === 6, 1000);
});

test("usage that is told while Redis is away for a moment arrives once when it is back", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  await sleep(300);
  one.tell(1);
  await until(() => sum(two.heard) === 1, 1000);
  await server.kill();
  one.tell(2);
  await sleep(600);
  one.tell(4);
  await server.restart();
  await until(() => sum(two.heard) === 7, 6000, "the usage");
  await sleep(600);
  expect(sum(two.heard)).toBe(7);
});

test("nothing is written while nothing is told, and the stream stays short", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  const [, usage] = one.plugin.keys;
  await server.admin((redis) => redis.del(usage));
  await sleep(600);
  expect(await server.admin((redis) => redis.exists(usage))).toBe(0);
});
