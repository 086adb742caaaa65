import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
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
