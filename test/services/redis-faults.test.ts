import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closeProcesses, connected, fail, now, phase, redisConfig, settings, startProcess, until, type Process } from "./support/gateways";
import { freePort } from "../support/free-port";
import { RedisServer } from "./support/redis";

const rejections: unknown[] = [];
const note = (reason: unknown): number => rejections.push(reason);
jest.setTimeout(30_000);

let server: RedisServer;

beforeAll(() => {
  process.on("unhandledRejection", note);
});
afterAll(() => {
  process.off("unhandledRejection", note);
});
beforeEach(async () => {
  server = await RedisServer.start();
});
afterEach(async () => {
  closeProcesses();
  server.resume();
  await server.stop();
  expect(rejections.splice(0)).toEqual([]);
});

const config = (more: Record<string, unknown> = {}) => redisConfig({ port: server.port, read_timeout: 500, ...more });

/** Shares again: a probe closes both circuits if they are open, and what one sees then opens the other's. */
async function expectShared(one: Process, two: Process): Promise<void> {
  const areClosed = (): boolean => {
    if (phase(one) !== "closed" && !one.breaker.isOut(now())) one.breaker.succeeded(one.breaker.begin(now()), now());
    return phase(one) === "closed" && phase(two) === "closed";
  };
  await until(areClosed, 5000, "closed circuits");
  fail(one, 3);
  await until(() => phase(two) === "open", 2000, "the opening");
}

test("Redis is not there at the start: local state carries on, and is shared once Redis comes, without a restart", async () => {
  await server.kill();
  const [one, two] = [startProcess(config()), startProcess(config())];
  await sleep(600);
  expect(one.state.status()).toMatchObject({ connected: false, lastSyncAgeMs: undefined });
  expect(one.state.status().errors).toBeGreaterThan(0);
  fail(one, 3);
  expect([phase(one), phase(two)]).toEqual(["open", "closed"]);
  await server.restart();
  await connected(one, two);
  // the opening that nobody heard of is told now
  await until(() => phase(two) === "open", 1000, "the opening");
  expect(one.log).toHaveLength(2);
  expect(one.log[0]).toMatch(/Redis cannot be used.*ECONNREFUSED/);
  expect(one.log[1]).toMatch(/shared again/);
});

test("Redis is killed in flight: local state carries on and is shared again after a restart on the same port", async () => {
  const long = settings({ failTimeout: 10_000 });
  const [one, two] = [startProcess(config(), long), startProcess(config(), long)];
  await connected(one, two);
  fail(one, 3);
  await until(() => phase(two) === "open", 1000, "the opening");
  // WHEN it dies with all its memory
  await server.kill();
  await until(() => !one.state.status().connected, 1000, "the loss");
  expect([phase(one), phase(two)]).toEqual(["open", "open"]);
  await server.restart();
  await connected(one, two);
  // THEN what was open is still open, and a third one learns it
  await sleep(600);
  expect([phase(one), phase(two)]).toEqual(["open", "open"]);
  const three = startProcess(config(), long);
  await until(() => phase(three) === "open", 1000, "the opening");
});

test("failures that occur while Redis is away count locally and are counted as dropped", async () => {
  const [one, two] = [startProcess(config(), settings({ failTimeout: 60_000 })), startProcess(config(), settings({ failTimeout: 60_000 }))];
  await connected(one, two);
  await server.kill();
  await until(() => !one.state.status().connected, 1000, "the loss");
  fail(one, 2);
  await until(() => one.state.status().dropped === 2, 1000, "the count");
  fail(one, 1);
  expect(phase(one)).toBe("open");
  await server.restart();
  await until(() => phase(two) === "open", 6000, "the opening");
});

test("a server that stands still for two seconds: nothing waits, and state is shared afterwards", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  server.pause();
  const end = now() + 2000;
  let longest = 0;
  let opened = false;
  while (now() < end) {
    const start = now();
    if (!opened) fail(one, 3);
    opened = true;
    one.breaker.isOut(now());
    one.tell(1);
    longest = Math.max(longest, now() - start);
    await sleep(1);
  }
  console.info(`longest of a request's steps while Redis stood still: ${longest.toFixed(2)} ms`);
  expect(longest).toBeLessThan(20);
  expect(one.state.status().connected).toBe(false);
  server.resume();
  await connected(one, two);
  await expectShared(one, two);
});

test("a long silence leaves no commands behind", async () => {
  const one = startProcess(config());
  await connected(one);
  server.pause();
  await sleep(4000);
  const { client } = one.state as unknown as { client: { commandQueue: { length: number }; offlineQueue: { length: number } } };
  expect(client.commandQueue.length).toBeLessThanOrEqual(2);
  expect(client.offlineQueue.length).toBe(0);
});

test("a read-only replica: local state carries on; when it becomes a master state is shared", async () => {
  const master = await RedisServer.start();
  try {
    await server.admin((redis) => redis.replicaof("127.0.0.1", String(master.port)));
    const [one, two] = [startProcess(config()), startProcess(config())];
    await connected(one, two);
    fail(one, 3);
    await until(() => one.state.status().errors > 0, 1000, "the refusal");
    expect([phase(one), phase(two)]).toEqual(["open", "closed"]);
    expect(one.log.join("\n")).toMatch(/READONLY/);
    await server.admin((redis) => redis.replicaof("NO", "ONE"));
    await until(() => phase(two) === "open", 6000, "the opening");
  } finally {
    await master.stop();
  }
});

test("keys that are evicted: an open circuit stays open, and is told again", async () => {
  const long = settings({ failTimeout: 10_000 });
  const [one, two] = [startProcess(config(), long), startProcess(config(), long)];
  await connected(one, two);
  fail(one, 3);
  await until(() => phase(two) === "open", 1000, "the opening");
  await server.admin((redis) => redis.flushall());
  await sleep(800);
  expect([phase(one), phase(two)]).toEqual(["open", "open"]);
  expect(await server.admin((redis) => redis.hlen(one.plugin.keys[0]))).toBe(1);
  expect(one.changes.map(({ to }) => to)).toEqual(["open"]);
});

test("the server's scripts are flushed, and it is out of memory for a while", async () => {
  const [one, two] = [startProcess(config()), startProcess(config())];
  await connected(one, two);
  await server.admin((redis) => redis.script("FLUSH"));
  await expectShared(one, two);
  await server.admin((redis) => redis.config("SET", "maxmemory", "1"));
  await until(() => phase(one) === "half-open", 4000, "the end of fail_timeout");
  fail(one, 1);
  expect(phase(one)).toBe("open");
  await until(() => one.state.status().errors > 0, 1000, "the refusal");
  await server.admin((redis) => redis.config("SET", "maxmemory", "0"));
  await until(() => one.state.status().connected, 5000, "the recovery");
});

test("a password is read for each connection, so that it may change; it is in no log", async () => {
  let password = "wrong-secret-one";
  await server.admin((redis) => redis.config("SET", "requirepass", "right-secret-two"));
  const one = startProcess(config(), settings(), { password: () => password });
  await until(() => one.log.length > 0, 1000, "the log");
  expect(one.log.join("\n")).toMatch(/WRONGPASS/);
  password = "right-secret-two";
  await connected(one);
  expect(one.log.join("\n")).not.toMatch(/secret/);
});

test("close ends everything, in any state, and breakers go on", async () => {
  const one = startProcess(config());
  await connected(one);
  const unconnected = startProcess(config({ port: await freePort() }));
  const early = startProcess(config());
  for (const { state } of [one, unconnected, early]) {
    state.close();
    state.close();
  }
  await sleep(100);
  const { errors } = one.state.status();
  fail(one, 3);
  expect(phase(one)).toBe("open");
  await sleep(600);
  expect(one.state.status()).toMatchObject({ errors, connected: false });
  const clients = await server.admin((redis) => redis.client("LIST"));
  expect(String(clients).trim().split("\n")).toHaveLength(1);
});

test("TLS: trusts nobody unless told to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-tls-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=redis.test", "-addext", "subjectAltName=DNS:redis.test", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, ...subject], {
    stdio: "ignore",
  });
  const port = await freePort();
  const tls = await RedisServer.start(
    ["--tls-port", String(port), "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"],
    port,
  );
  try {
    const distrusting = startProcess(redisConfig({ port, ssl: true, server_name: "redis.test" }));
    const trusting = startProcess(redisConfig({ port, ssl: true, ssl_verify: false }));
    await connected(trusting);
    await until(() => distrusting.log.length > 0, 2000, "the log");
    expect(distrusting.log.join("\n")).toMatch(/self-signed certificate/);
    expect(distrusting.state.status().connected).toBe(false);
  } finally {
    closeProcesses();
    await tls.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a cluster: all keys of a plugin instance lie on one node", async () => {
  const node = await RedisServer.start(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
  try {
    await node.admin(async (redis) => {
      await redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      for (let info = ""; !info.includes("cluster_state:ok"); info = String(await redis.call("CLUSTER", "INFO"))) await sleep(20);
    });
    const cluster = redisConfig({ cluster_nodes: [{ ip: "127.0.0.1", port: node.port }], read_timeout: 500 });
    const [one, two] = [startProcess(cluster), startProcess(cluster)];
    await connected(one, two);
    await expectShared(one, two);
    await node.kill();
    await until(() => !one.state.status().connected, 3000, "the loss");
    await node.restart();
    await until(() => one.state.status().connected, 10_000, "the recovery");
  } finally {
    closeProcesses();
    await node.stop();
  }
});

test("Sentinels lead to the master, also after they were away", async () => {
  const sentinel = await startSentinel(server.port);
  try {
    const fields = { sentinel_master: "main", sentinel_nodes: [{ host: "127.0.0.1", port: sentinel.port }], read_timeout: 500 };
    await sentinel.kill();
    const one = startProcess(redisConfig(fields));
    await sleep(500);
    expect(one.state.status().connected).toBe(false);
    await sentinel.restart();
    const two = startProcess(redisConfig(fields));
    await connected(one, two);
    await expectShared(one, two);
  } finally {
    closeProcesses();
    await sentinel.stop();
  }
});

async function startSentinel(masterPort: number): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-sentinel-"));
  const file = join(folder, "sentinel.conf");
  execFileSync("sh", ["-c", `printf 'sentinel monitor main 127.0.0.1 %s 1\\n' ${masterPort} > ${file}`]);
  return RedisServer.start([file, "--sentinel"]);
}
