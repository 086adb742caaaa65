import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
});

function start(...flags: string[]) {
  const argv = ["--import", "tsx", join(__dirname, "fake-serve.ts"), "serve", "--port", "0", ...flags];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env["PATH"] } });
  children.push(child);
  let err = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (chunk: string) => (err += chunk));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(err);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    child,
    exited,
    said,
    err: () => err,
    url: async () => (await said(/on (http:\S+) /))[1]!,
    admin: async () => (await said(/admin port (http:[^)]+)/))[1]!,
  };
}

const get = async (url: string): Promise<[number, string]> => {
  const response = await fetch(url, { headers: { connection: "close" } });
  return [response.status, await response.text()];
};

jest.setTimeout(60_000);

test("one process: serves, and SIGTERM ends it with 0", async () => {
  const { child, exited, url } = start("--config", "good", "--admin-port", "off");
  expect(await get(await url())).toEqual([200, String(child.pid)]);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

test("SIGINT does not wait for a slow drain", async () => {
  const { child, exited, url } = start("--config", "slow", "--admin-port", "off");
  await url();
  child.kill("SIGINT");
  expect(await exited).toBe(0);
});

test("a second SIGTERM ends at once", async () => {
  const { child, exited, said, url } = start("--config", "slow", "--admin-port", "off");
  await url();
  child.kill("SIGTERM");
  await said(/draining/);
  child.kill("SIGTERM");
  expect(await exited).toBe(143);
});

test("several workers: one port, one admin port, a crash made good, a drain together", async () => {
  const { child, exited, said, url, admin } = start("--config", "good", "--workers", "2", "--admin-port", "0");
  const [address, health] = [await url(), await admin()];
  const [status, pid] = await get(address);
  expect(status).toBe(200);
  expect(pid).not.toBe(String(child.pid));
  expect(await get(`${health}/readyz`)).toEqual([200, expect.stringContaining('"served"')]);
  await get(`${address}/crash`).catch(() => undefined);
  await said(/worker \d+ ended by itself \(exit code 3\)/);
  while ((await get(`${health}/readyz`))[0] !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await get(address))[0]).toBe(200);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

test.each(["1", "2"])("%s worker(s): a configuration that cannot be served is printed, with exit code 1", async (workers) => {
  const { exited, err } = start("--config", "refused", "--admin-port", "off", "--workers", workers);
  expect(await exited).toBe(1);
  expect(err()).toContain("refused: error: routes[0]: is bad\n");
  expect(err()).toContain("no last good one");
});

test("a port that is taken is exit code 2 and named", async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const { exited, err } = start("--config", "good", "--admin-port", "off", "--port", String(port));
  expect(await exited).toBe(2);
  expect(err()).toContain(`(port ${port})`);
  server.close();
});

describe("the admin port", () => {
  let folder: string;
  let tokenFile: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "signalbox-token-"));
    tokenFile = join(folder, "token");
    await writeFile(tokenFile, "right-token\n");
  });
  afterAll(() => rm(folder, { recursive: true }));

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
    const { child, exited, said, err, ...one } = start(...flags);
    const [address, admin] = [await one.url(), await one.admin()];
    expect(err()).not.toContain("warning");
    const pids = new Set<string>();
    let requests = 0;
    // the system hands connections to workers as it likes
    for (; pids.size < 2 || requests < 10; requests++) pids.add((await get(address))[1]);
    expect(served((await get(`${admin}/metrics`))[1])).toBe(requests);
    expect(JSON.parse((await get(`${admin}/status`))[1])).toMatchObject({ version: 1, ready: true, workers: { expected: 2, answered: 2 } });
    for (const pid of pids) expect(await score(admin, pid)).toBe(204);
    expect(await score(admin, "0")).toBe(404);
    expect(await score(admin, [...pids][0]!, "wrong-token")).toBe(401);
    await get(`${address}/crash`).catch(() => undefined);
    await said(/worker \d+ ended by itself/);
    while ((await get(`${admin}/readyz`))[0] !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(served((await get(`${admin}/metrics`))[1])).toBe(requests);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  });

  test("of one process: without a token file nothing can be changed", async () => {
    const { child, exited, url, admin } = start("--config", "good", "--admin-port", "0");
    await url();
    expect(await score(await admin(), "1")).toBe(403);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  });

  test("a token file that cannot be used is exit code 2, and its content is not told", async () => {
    const missing = start("--config", "good", "--admin-port", "off", "--admin-token-file", join(folder, "none"));
    expect(await missing.exited).toBe(2);
    expect(missing.err()).toContain(
      `The token file ${join(folder, "none")} (--admin-token-file) cannot be used: there is no such file. It must`,
    );
    const bad = join(folder, "bad");
    await writeFile(bad, "secret words");
    const useless = start("--config", "good", "--admin-port", "off", "--workers", "2", "--admin-token-file", bad);
    expect(await useless.exited).toBe(2);
    expect(useless.err()).toContain("more than one word");
    expect(useless.err()).not.toContain("secret");
  });
});
