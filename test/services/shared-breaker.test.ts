import { setTimeout as sleep } from "node:timers/promises";
import { closeProcesses, connected, fail, now, phase, redisConfig, settings, startProcess, TARGET, until } from "./support/gateways";
import { RedisServer } from "./support/redis";

jest.setTimeout(30_000);

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(() => server.admin((redis) => redis.flushall()));
afterEach(closeProcesses);

const config = () => redisConfig({ port: server.port });

test("failures of several processes add up to max_fails", async () => {
  const [one, two, three] = [startProcess(config()), startProcess(config()), startProcess(config())];
  await connected(one, two, three);
  // WHEN no process alone sees enough
  fail(one, 1);
  fail(two, 1);
  fail(three, 1);
  expect([phase(one), phase(two), phase(three)]).toEqual(["closed", "closed", "closed"]);
  // THEN all are open within a second
  await until(() => [one, two, three].every((process) => phase(process) === "open"), 1000, "the opening");
});

test("failures that lie further apart than the window do not add up", async () => {
  const short = settings({ failTimeout: 600 });
  const [one, two] = [startProcess(config(), short), startProcess(config(), short)];
  await connected(one, two);
  fail(one, 2);
  await sleep(900);
  fail(two, 2);
  await sleep(700);
  expect([phase(one), phase(two)]).toEqual(["closed", "closed"]);
});

test("an opening is known to the others within a second, and its owner does not wait", async () => {
  const convergence: number[] = [];
  for (let round = 0; round < 10; round++) {
    await server.admin((redis) => redis.flushall());
    const [one, two] = [startProcess(config()), startProcess(config())];
    await connected(one, two);
    await sleep(round * 25);
    fail(one, 3);
    expect(phase(one)).toBe("open");
    convergence.push(await until(() => phase(two) === "open", 1000, "the opening"));
    expect(two.changes.map(({ to }) => to)).toEqual(["open"]);
    expect(one.changes.map(({ to }) => to)).toEqual(["open"]);
    closeProcesses();
  }
  console.info(`convergence in ms: ${convergence.map((ms) => Math.round(ms)).join(" ")}`);
});

test("another plugin instance does not see it", async () => {
  const one = startProcess(config());
  const other = startProcess(config(), settings(), {}, "another plugin");
  await connected(one, other);
  fail(one, 3);
  await sleep(700);
  expect(phase(other)).toBe("closed");
});

test("min_failure_ratio counts the results of all processes", async () => {
  const rated = settings({ minFailureRatio: 0.5 });
  const [one, two] = [startProcess(config(), rated), startProcess(config(), rated)];
  await connected(one, two);
  for (let result = 0; result < 20; result++) one.breaker.succeeded(one.breaker.begin(now()), now());
  await sleep(600);
  // two failures each are enough in number, but not in part
  fail(one, 2);
  fail(two, 2);
  await sleep(700);
  expect([phase(one), phase(two)]).toEqual(["closed", "closed"]);
});

test("one probe over all processes, and its success closes the circuit for all", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  fail(one, 3);
  await until(() => phase(two) === "open", 1000, "the opening");
  await until(() => !one.breaker.isOut(now()) && !two.breaker.isOut(now()), 2500, "the end of fail_timeout");
  // WHEN one probes
  const probe = one.breaker.begin(now());
  expect(probe.probe).toBe(true);
  // THEN the other may not, as soon as it has heard of it, for as long as it takes
  await until(() => two.breaker.isOut(now()), 1000, "the news of the probe");
  for (let wait = 0; wait < 80; wait++) {
    await sleep(50);
    expect(two.breaker.isOut(now())).toBe(true);
  }
  one.breaker.succeeded(probe, now());
  await until(() => phase(two) === "closed", 1000, "the closing");
  expect(phase(one)).toBe("closed");
});

test("a failed probe opens the circuit again for all", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  fail(one, 3);
  await until(() => phase(one) === "half-open" && phase(two) === "half-open", 4000, "the end of fail_timeout");
  one.breaker.failed(one.breaker.begin(now()), now());
  await until(() => phase(two) === "open" && two.breaker.opensAgainAt(now()) - now() > 1200, 1000, "the second opening");
  expect(phase(one)).toBe("open");
});

test("a released probe is free for the others", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  fail(one, 3);
  await until(() => phase(one) === "half-open" && phase(two) === "half-open", 4000, "the end of fail_timeout");
  const probe = one.breaker.begin(now());
  await until(() => two.breaker.isOut(now()), 1000, "the news of the probe");
  one.breaker.released(probe, now());
  await until(() => !two.breaker.isOut(now()), 1000, "the release");
});

test("a process that dies with its probe under way is waited for three seconds at most", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  fail(one, 3);
  await until(() => phase(one) === "half-open" && phase(two) === "half-open", 4000, "the end of fail_timeout");
  one.breaker.begin(now());
  await until(() => two.breaker.isOut(now()), 1000, "the news of the probe");
  one.state.close();
  const waited = await until(() => !two.breaker.isOut(now()), 3600, "the end of the lease");
  expect(waited).toBeGreaterThan(2000);
});

test("eight busy processes that see the end of fail_timeout at once send one probe", async () => {
  const all = Array.from({ length: 8 }, () => startProcess(config()));
  await connected(...all);
  fail(all[0]!, 3);
  await until(() => all.every((process) => phase(process) === "open"), 1000, "the opening");
  let probes = 0;
  const end = now() + 4500;
  // each has a request every 10 ms; the probe takes longer than the test
  while (now() < end) {
    for (const { breaker } of all) if (!breaker.isOut(now()) && breaker.begin(now()).probe) probes++;
    await sleep(10);
  }
  expect(probes).toBe(1);
});

test("eight processes with rare requests send one probe each at most", async () => {
  const all = Array.from({ length: 8 }, () => startProcess(config()));
  await connected(...all);
  fail(all[0]!, 3);
  await until(() => all.every((process) => phase(process) === "half-open"), 3500, "the end of fail_timeout");
  const ask = (): number => all.filter(({ breaker }) => !breaker.isOut(now()) && breaker.begin(now()).probe).length;
  const atOnce = ask();
  expect(atOnce).toBeGreaterThanOrEqual(1);
  expect(atOnce).toBeLessThanOrEqual(8);
  // THEN nobody sends a second one while they are under way
  await sleep(600);
  expect(ask()).toBe(0);
});

test("a process that comes later learns that a circuit is open", async () => {
  const one = startProcess(config(), settings({ failTimeout: 10_000 }));
  await connected(one);
  fail(one, 3);
  await sleep(300);
  const late = startProcess(config(), settings({ failTimeout: 10_000 }));
  await until(() => phase(late) === "open", 1000, "the opening");
  expect(Math.abs(late.breaker.opensAgainAt(now()) - one.breaker.opensAgainAt(now()))).toBeLessThan(300);
});

test("what is stored goes by itself", async () => {
  const one = startProcess(config());
  await connected(one);
  fail(one, 1);
  one.tell(5);
  await sleep(600);
  const ages = await server.admin(async (redis) => Promise.all((await redis.keys("*")).map((key) => redis.pttl(key))));
  expect(ages).toHaveLength(2);
  for (const age of ages) {
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThanOrEqual(60_000);
  }
  expect(await server.admin((redis) => redis.keys("*"))).toEqual(
    expect.arrayContaining([expect.stringMatching(/^signalbox:1:\{[0-9a-f]{24}\}:/)]),
  );
});

test("records that are no records are thrown away", async () => {
  const one = startProcess(config());
  await connected(one);
  const [records] = one.plugin.keys;
  await server.admin((redis) => redis.hset(records, TARGET, "{not json", "other", "[1]", "third", '{"x":"soon"}'));
  fail(one, 3);
  const two = startProcess(config());
  await until(() => phase(two) === "open", 1500, "the opening");
  expect(await server.admin((redis) => redis.hkeys(records))).toEqual([TARGET]);
});
