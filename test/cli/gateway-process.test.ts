import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bundle } from "../support/bundle";
import { TestProcess, type End } from "../support/child-process";
import { until } from "../support/gateway";

jest.setTimeout(60_000);

const processes: TestProcess[] = [];
let folder: string;
let program: string;
let slowEnds: readonly SlowEnd[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-serve-"));
  program = await bundle(join(__dirname, "fake-serve.ts"), folder);
  slowEnds = startSlowEnds();
  for (const { ended } of slowEnds) ended.catch(() => undefined);
});
afterEach(() => Promise.all(processes.splice(0).map((one) => one.destroy())));
afterAll(async () => {
  await Promise.all(slowEnds.map(({ one }) => one.destroy()));
  await rm(folder, { recursive: true });
});

class Serve extends TestProcess {
  constructor(...flags: string[]) {
    super(process.execPath, [program, "serve", "--port", "0", ...flags], { env: { PATH: process.env["PATH"] } });
    processes.push(this);
  }

  async url(): Promise<string> {
    return (await this.said(/on (http:\S+) /))[1]!;
  }

  async admin(): Promise<string> {
    return (await this.said(/admin port (http:[^)]+)/))[1]!;
  }
}

const start = (...flags: string[]): Serve => new Serve(...flags);

/** A process that ends only when its time of grace is over, which takes seconds: it has them beside the other tests. */
interface SlowEnd {
  readonly name: string;
  readonly one: Serve;
  readonly ended: Promise<End>;
}

function startSlowEnds(): SlowEnd[] {
  const signalled = (config: string, seen: RegExp, signal: NodeJS.Signals, workers: string): SlowEnd => {
    const one = start("--config", config, "--admin-port", "off", "--workers", workers);
    // not one of the test that runs: it is ended after all of them
    processes.splice(processes.indexOf(one), 1);
    const ended = one.said(seen).then(() => {
      one.kill(signal);
      return one.end();
    });
    return { name: `${config}, ${signal}, ${workers} worker(s)`, one, ended };
  };
  return [
    signalled("slow", /serving/, "SIGINT", "1"),
    ...(["SIGTERM", "SIGINT"] as const).flatMap((signal) =>
      ["1", "2"].map((workers) => signalled("starting", /starting/, signal, workers)),
    ),
  ];
}

const get = async (url: string): Promise<[number, string]> => {
  const response = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(20_000) });
  return [response.status, await response.text()];
};

test("one process: serves, and SIGTERM ends it with 0", async () => {
  const one = start("--config", "good", "--admin-port", "off");
  expect(await get(await one.url())).toEqual([200, String(one.pid)]);
  one.kill("SIGTERM");
  expect(await one.end()).toBe(0);
});

describe.each(["1", "2"])("with %s worker(s)", (workers) => {
  test("a second SIGTERM ends at once", async () => {
    const one = start("--config", "slow", "--admin-port", "off", "--workers", workers);
    await one.url();
    one.kill("SIGTERM");
    await one.said(/draining/);
    one.kill("SIGTERM");
    expect(await one.end()).toBe(143);
  });

  test("a signal at the moment of the announcement drains", async () => {
    const one = start("--config", "good", "--admin-port", "off", "--workers", workers);
    one.child.stderr!.once("data", () => one.kill("SIGTERM"));
    expect(await one.end()).toBe(0);
    expect(one.err).toMatch(/serving .*\n.*draining/);
  });

  test("a configuration that cannot be served is printed, with exit code 1", async () => {
    const one = start("--config", "refused", "--admin-port", "off", "--workers", workers);
    expect(await one.end()).toBe(1);
    expect(one.err).toContain("refused: error: routes[0]: is bad\n");
    expect(one.err).toContain("no last good one");
  });

  test("an exception or a rejection that belongs to no exchange ends nobody's request", async () => {
    const one = start("--config", "good", "--admin-port", "off", "--workers", workers);
    const address = await one.url();
    for (const [path, text] of [
      ["throw", /uncaughtException.*goes on: Error: thrown\n\s+at /],
      ["reject", /unhandledRejection.*goes on: Error: rejected\n\s+at /],
    ] as const) {
      expect((await get(`${address}/${path}`))[0]).toBe(200);
      await one.said(text);
    }
    await one.said(/log: Error: thrown/);
    expect((await get(address))[0]).toBe(200);
    expect(one.err).not.toContain("ended by itself");
    one.kill("SIGTERM");
    expect(await one.end()).toBe(0);
  });
});

test("more stray exceptions than the limit end a single process, with exit code 1", async () => {
  const one = start("--config", "good", "--admin-port", "off");
  const address = await one.url();
  for (let count = 0; count < 11; count++) await get(`${address}/throw`);
  expect(await one.end()).toBe(1);
  expect(one.err).toContain("so that the process is replaced");
});

test("more stray exceptions than the limit replace a worker, and the port stays open", async () => {
  const one = start("--config", "good", "--admin-port", "off", "--workers", "2");
  const address = await one.url();
  for (let count = 0; count < 30 && !one.err.includes("ended by itself"); count++) await get(`${address}/throw`);
  await one.said(/worker \d+ ended by itself \(exit code 1\)/);
  expect((await get(address))[0]).toBe(200);
});

test("several workers: one port, one admin port, a crash made good, a drain together", async () => {
  const one = start("--config", "good", "--workers", "2", "--admin-port", "0");
  const [address, health] = [await one.url(), await one.admin()];
  const [status, pid] = await get(address);
  expect(status).toBe(200);
  expect(pid).not.toBe(String(one.pid));
  expect(await get(`${health}/readyz`)).toEqual([200, expect.stringContaining('"served"')]);
  await get(`${address}/crash`).catch(() => undefined);
  await one.said(/worker \d+ ended by itself \(exit code 3\)/);
  await until(async () => (await get(`${health}/readyz`))[0] === 200, 30_000);
  expect((await get(address))[0]).toBe(200);
  one.kill("SIGTERM");
  expect(await one.end()).toBe(0);
});

test("while all workers are being replaced, connections wait instead of being refused", async () => {
  const one = start("--config", "good", "--workers", "2", "--admin-port", "off");
  const address = await one.url();
  const pids = new Set<string>();
  while (pids.size < 2) pids.add((await get(address))[1]);
  for (const pid of pids) process.kill(Number(pid), "SIGKILL");
  const answers = await Promise.all(Array.from({ length: 20 }, () => get(address).catch((error: unknown) => error as Error)));
  expect(answers.filter((answer) => answer instanceof Error)).toEqual([]);
  expect(answers.filter((answer) => !(answer instanceof Error) && pids.has(answer[1]))).toEqual([]);
});

test("more crashes than the limit end the whole, with exit code 1", async () => {
  const one = start("--config", "good", "--workers", "2", "--admin-port", "off");
  const address = await one.url();
  while (one.lives) await get(`${address}/crash`).catch(() => undefined);
  expect(await one.end()).toBe(1);
  expect(one.err.match(/ended by itself/g)).toHaveLength(11);
  expect(one.err).toContain("11 workers crashed within 60 s");
});

test("nothing is open any more after the end, with workers too", async () => {
  const one = start("--config", "good", "--workers", "2", "--admin-port", "0");
  const ports = [new URL(await one.url()).port, new URL(await one.admin()).port];
  one.kill("SIGTERM");
  expect(await one.end()).toBe(0);
  for (const port of ports) {
    const socket = connect(Number(port), "127.0.0.1");
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
  }
});

test.each(["1", "2"])("with %s worker(s), a port that is taken is exit code 2 and named", async (workers) => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const one = start("--config", "good", "--admin-port", "off", "--port", String(port), "--workers", workers);
  expect(await one.end()).toBe(2);
  expect(one.err).toContain(`(port ${port})`);
  server.close();
});

describe("the admin port", () => {
  let tokenFile: string;
  beforeAll(async () => {
    tokenFile = join(folder, "token");
    await writeFile(tokenFile, "right-token\n");
  });

  const score = async (admin: string, requestId: string, token = "right-token"): Promise<number> => {
    const response = await fetch(`${admin}/accuracy`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", connection: "close" },
      body: JSON.stringify({ request_id: requestId, score: 80 }),
    });
    return response.status;
  };
  const served = (text: string): number => Number(/signalbox_requests_total\{route="",status="200"\} (\d+)/.exec(text)?.[1] ?? 0);

  test("of several workers: metrics are summed, also after a crash; statuses merged; a score finds the worker that knows it", async () => {
    const flags = ["--config", "good", "--workers", "2", "--admin-port", "0", "--admin-token-file", tokenFile];
    const one = start(...flags);
    const [address, admin] = [await one.url(), await one.admin()];
    expect(one.err).not.toContain("warning");
    const pids = new Set<string>();
    let requests = 0;
    for (; pids.size < 2 || requests < 10; requests++) pids.add((await get(address))[1]);
    expect(served((await get(`${admin}/metrics`))[1])).toBe(requests);
    expect(JSON.parse((await get(`${admin}/status`))[1])).toMatchObject({ version: 1, ready: true, workers: { expected: 2, answered: 2 } });
    for (const pid of pids) expect(await score(admin, pid)).toBe(204);
    expect(await score(admin, "0")).toBe(404);
    expect(await score(admin, [...pids][0]!, "wrong-token")).toBe(401);
    await get(`${address}/crash`).catch(() => undefined);
    await one.said(/worker \d+ ended by itself/);
    await until(async () => (await get(`${admin}/readyz`))[0] === 200, 30_000);
    expect(served((await get(`${admin}/metrics`))[1])).toBe(requests);
    one.kill("SIGTERM");
    expect(await one.end()).toBe(0);
  });

  test("of one process: without a token file nothing can be changed", async () => {
    const one = start("--config", "good", "--admin-port", "0");
    expect(await score(await one.admin(), "1")).toBe(403);
    one.kill("SIGTERM");
    expect(await one.end()).toBe(0);
  });

  test("a token file that cannot be used is exit code 2, and its content is not told", async () => {
    const missing = start("--config", "good", "--admin-port", "off", "--admin-token-file", join(folder, "none"));
    expect(await missing.end()).toBe(2);
    expect(missing.err).toContain(
      `The token file ${join(folder, "none")} (--admin-token-file) cannot be used: there is no such file. It must`,
    );
    const bad = join(folder, "bad");
    await writeFile(bad, "secret words");
    const useless = start("--config", "good", "--admin-port", "off", "--workers", "2", "--admin-token-file", bad);
    expect(await useless.end()).toBe(2);
    expect(useless.err).toContain("more than one word");
    expect(useless.err).not.toContain("secret");
  });
});

test("any signal during the start ends with 0 and announces nothing; SIGINT does not wait for a slow drain", async () => {
  expect(slowEnds).toHaveLength(5);
  for (const { name, one, ended } of slowEnds) {
    expect([name, await ended]).toEqual([name, 0]);
    expect([name, one.err.includes("serving")]).toEqual([name, name.startsWith("slow")]);
  }
});
