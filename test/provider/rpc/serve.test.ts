/** The whole program, as core starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createCertificate } from "../../../provider/rpc/certificate";
import { MAGIC_COOKIE, STARTED_BY_HAND } from "../../../provider/rpc/handshake";
import { withPatience } from "../../support/child-process";
import { until } from "../../support/gateway";
import { type BuiltProvider, buildProvider } from "../../support/provider/fixture/build";
import { certificateOfLine, connect, endpointOfLine, type ProviderClient } from "../../support/provider/client";

jest.setTimeout(30_000);

/** Longest wait for anything that a process does. */
const PATIENCE_MS = 25_000;

const core = createCertificate();
const asCore = { [MAGIC_COOKIE.name]: MAGIC_COOKIE.value, PLUGIN_PROTOCOL_VERSIONS: "5,6", PLUGIN_CLIENT_CERT: core.certificatePem };
const folder = mkdtempSync(join(tmpdir(), "serve-"));
const children: ChildProcess[] = [];
const orphans: number[] = [];
let built: BuiltProvider;

beforeAll(async () => {
  built = await buildProvider(folder, join(__dirname, "../../support/provider/fixture/main.ts"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const pid of orphans.splice(0).filter(isAlive)) process.kill(pid, "SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Program {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly firstLine: Promise<string>;
  readonly ended: Promise<number | NodeJS.Signals>;
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Program {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"], TMPDIR: folder, ...env } });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  let sawLine: (line: string) => void = () => undefined;
  const seen = (): string => `stdout:\n${output.stdout}\nstderr:\n${output.stderr}`;
  const firstLine = withPatience(PATIENCE_MS, new Promise<string>((resolve) => (sawLine = resolve)), seen);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    if (output.stdout.includes("\n")) sawLine(output.stdout.slice(0, output.stdout.indexOf("\n") + 1));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = withPatience(PATIENCE_MS, once(child, "close"), seen).then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  // a test may wait for one of them alone
  for (const one of [firstLine, ended]) one.catch(() => undefined);
  return { child, output, firstLine, ended };
}

const program = (env: Readonly<Record<string, string>>, ...args: string[]): Program => run(process.execPath, [built.bundle, ...args], env);

function client(line: string): ProviderClient {
  return connect(endpointOfLine(line), { serverCertificate: certificateOfLine(line), own: core });
}

async function shutDown(line: string, { ended }: Program): Promise<number | NodeJS.Signals> {
  const made = client(line);
  await made.unary("plugin.GRPCController", "Shutdown", {});
  made.close();
  return ended;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("from the handshake to core's wish to end: code 0, no socket, no folder left", async () => {
  const started = program(asCore);
  const line = await started.firstLine;
  const endpoint = endpointOfLine(line);
  if (endpoint.network !== "unix") throw new Error("a socket was expected");
  const made = client(line);
  const { resourceSchemas } = await made.call("GetProviderSchema", {});
  made.close();
  expect(Object.keys(resourceSchemas ?? {})).toContain("fixture_item");
  await expect(shutDown(line, started)).resolves.toBe(0);
  expect(existsSync(dirname(endpoint.path))).toBe(false);
  expect(started.output).toEqual({ stdout: line, stderr: "" });
});

describe("nothing but the handshake reaches stdout", () => {
  test("what libraries print goes to stderr, before the line and after it", async () => {
    const started = program({ ...asCore, NOISY: "yes" });
    const line = await started.firstLine;
    expect(line).toMatch(/^1\|6\|unix\|/);
    await until(() => started.output.stderr.includes("noise later"), PATIENCE_MS);
    await shutDown(line, started);
    expect(started.output.stdout).toBe(line);
    for (const noise of ["console.log", "console.info", "process.stdout.write", "bytes"]) {
      expect(started.output.stderr).toContain(`noise of ${noise}`);
    }
  });

  test("with the launcher, neither does what goes to the descriptor itself, or what child processes print", async () => {
    const started = run(built.executable, [], { ...asCore, NOISY: "deep" });
    const line = await started.firstLine;
    await shutDown(line, started);
    expect(started.output.stdout).toBe(line);
    expect(started.output.stderr).toContain("noise past the streams");
    expect(started.output.stderr).toContain("noise of a child process");
  });
});

test("a person who starts it by hand is told what it is, on stderr", async () => {
  const started = program({});
  await expect(started.ended).resolves.toBe(1);
  expect(started.output).toEqual({ stdout: "", stderr: `${STARTED_BY_HAND}\n` });
});

test("signals are core's affair: it goes on serving", async () => {
  const started = program(asCore);
  const line = await started.firstLine;
  for (const signal of ["SIGINT", "SIGTERM", "SIGINT"] as const) started.child.kill(signal);
  const made = client(line);
  await expect(made.call("GetMetadata", {})).resolves.toHaveProperty("resources");
  made.close();
  await expect(shutDown(line, started)).resolves.toBe(0);
});

test("it ends when its parent is gone", async () => {
  const pidFile = join(folder, "pid");
  const parent = run("sh", ["-c", `"${process.execPath}" "${built.bundle}" & echo $! > "${pidFile}"; wait`], asCore);
  await parent.firstLine;
  const pid = Number(readFileSync(pidFile, "utf8"));
  expect(isAlive(pid)).toBe(true);
  parent.child.kill("SIGKILL");
  orphans.push(pid);
  await until(() => !isAlive(pid), PATIENCE_MS);
});

test("--debug prints what makes terraform attach, serves without TLS, and ends with Ctrl-C", async () => {
  const started = program({}, "--debug");
  await until(() => started.output.stdout.includes("TF_REATTACH_PROVIDERS='"), PATIENCE_MS);
  const value = /TF_REATTACH_PROVIDERS='(.*)'/.exec(started.output.stdout)?.[1] ?? "";
  const [address, { Addr, Pid }] = Object.entries(JSON.parse(value) as Record<string, { Addr: { String: string }; Pid: number }>)[0]!;
  expect(address).toBe("registry.terraform.io/acme/fixture");
  expect(Pid).toBe(started.child.pid);
  const made = connect({ network: "unix", path: Addr.String });
  await expect(made.unary("plugin.GRPCController", "Shutdown", {})).resolves.toEqual({});
  await expect(made.call("GetMetadata", {})).resolves.toHaveProperty("resources");
  made.close();
  started.child.kill("SIGINT");
  await expect(started.ended).resolves.toBe(0);
  expect(existsSync(Addr.String)).toBe(false);
});

describe("what goes wrong outside of any call", () => {
  const serve = JSON.stringify(join(__dirname, "../../../provider/rpc/serve"));
  const fixture = JSON.stringify(join(__dirname, "../../support/provider/fixture/provider"));

  async function programOf(name: string, source: string): Promise<Program> {
    const entry = join(folder, `${name}.ts`);
    writeFileSync(
      entry,
      `import { serve } from ${serve};\nimport { fixtureProvider } from ${fixture};\nconst address = "registry.terraform.io/acme/fixture";\n${source}`,
    );
    const { bundle } = await buildProvider(join(folder, name), entry);
    return run(process.execPath, [bundle], asCore);
  }

  test("a provider that cannot be loaded says why where core shows it: in the line of the handshake", async () => {
    const started = await programOf(
      "broken",
      `void serve({ address, provider: () => { throw new Error("the definition\\n  is wrong"); } });`,
    );
    await expect(started.ended).resolves.toBe(1);
    expect(started.output.stdout).toBe("the definition is wrong\n");
    expect(started.output.stderr).toMatch(/^panic: Error: the definition/);
  });

  test("a stray exception ends it with a stack that core shows", async () => {
    const started = await programOf(
      "stray",
      `void serve({ address, provider: fixtureProvider() }).then(() => setTimeout(() => { throw new Error("stray"); }, 20));`,
    );
    await expect(started.ended).resolves.toBe(1);
    expect(started.output.stdout).toMatch(/^1\|6\|/);
    expect(started.output.stderr).toMatch(/^panic: Error: stray\n\s+at /);
  });
});
