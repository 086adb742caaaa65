import { CannotRun } from "../../cli/errors";
import type { Commands } from "../../cli/program";
import { run } from "../../cli/program";
import { memoryIo } from "./support";

async function call(argv: readonly string[], answer: () => number = () => 0) {
  const calls: unknown[] = [];
  const take = (options: unknown): Promise<number> => {
    calls.push(options);
    return Promise.resolve().then(answer);
  };
  const commands: Commands = { check: take, explain: take, serve: take, health: take, planSummary: take, providerInstall: take };
  const io = memoryIo();
  const code = await run(argv, commands, io);
  return { code, calls, out: io.out(), err: io.err() };
}

const names = [
  "CONFIG",
  "PORT",
  "HOST",
  "ADMIN_PORT",
  "ADMIN_HOST",
  "ADMIN_HOST_NAME",
  "MAX_CLIENT_CONNECTIONS",
  "WORKERS",
  "SECRETS",
  "DRAIN_TIMEOUT",
  "IGNORE_PLUGINS",
  "STATE",
  "ADMIN_TOKEN_FILE",
];
const before = { ...process.env };
beforeEach(() => {
  for (const name of names) Reflect.deleteProperty(process.env, `SIGNALBOX_${name}`);
});
afterAll(() => {
  process.env = before;
});

const defaults = {
  config: "kong.yaml",
  port: 8000,
  host: "127.0.0.1",
  adminPort: 8001,
  adminPortGiven: false,
  adminHost: "127.0.0.1",
  adminHostNames: [],
  maxClientConnections: undefined,
  workers: 1,
  drainTimeoutSeconds: 30,
  ignorePlugins: [],
  secretsDir: undefined,
  stateDir: undefined,
  adminTokenFile: undefined,
};

test("serve with its defaults", async () => {
  expect((await call(["serve", "--config", "kong.yaml"])).calls).toEqual([defaults]);
});

test("serve with every flag", async () => {
  const argv =
    "serve --config c --port 1 --host h --admin-port 2 --admin-host i --admin-host-name n,o --admin-host-name p --max-client-connections 7 --workers 3 --secrets s --drain-timeout 4 --ignore-plugins a,b --state t --admin-token-file f";
  expect((await call(argv.split(" "))).calls).toEqual([
    {
      ...{ config: "c", port: 1, host: "h", adminPort: 2, adminPortGiven: true, adminHost: "i", workers: 3, secretsDir: "s" },
      ...{ adminHostNames: ["n", "o", "p"], maxClientConnections: 7 },
      ...{ drainTimeoutSeconds: 4, ignorePlugins: ["a", "b"], stateDir: "t", adminTokenFile: "f" },
    },
  ]);
});

test("every flag is an environment variable too, and the flag wins", async () => {
  const values = ["c", "1", "h", "off", "i", "n, o", "7", "3", "s", "4", "a, b", "t", "f"];
  for (const [index, name] of names.entries()) process.env[`SIGNALBOX_${name}`] = values[index];
  const expected = {
    ...{ config: "c", port: 1, host: "h", adminPort: undefined, adminPortGiven: true, adminHost: "i", workers: 3, secretsDir: "s" },
    ...{ adminHostNames: ["n", "o"], maxClientConnections: 7 },
    ...{ drainTimeoutSeconds: 4, ignorePlugins: ["a", "b"], stateDir: "t", adminTokenFile: "f" },
  };
  expect((await call(["serve"])).calls).toEqual([expected]);
  expect((await call(["serve", "--port", "9", "--config", "d"])).calls).toEqual([{ ...expected, port: 9, config: "d" }]);
  const { out } = await call(["serve", "--help"]);
  for (const name of names) expect(out.replace(/\s+/g, " ")).toContain(`SIGNALBOX_${name}`);
});

test("check and health", async () => {
  expect((await call(["check", "k.yaml", "--json", "--ignore-plugins", "x"])).calls).toEqual([
    { file: "k.yaml", json: true, secretsDir: undefined, ignorePlugins: ["x"] },
  ]);
  expect((await call(["health"])).calls).toEqual([{ adminHost: "127.0.0.1", adminPort: 8001, json: false }]);
});

test("plan-summary", async () => {
  expect((await call(["plan-summary", "-"])).calls).toEqual([{ file: "-", json: false }]);
  expect((await call(["plan-summary", "p.json", "--json"])).calls).toEqual([{ file: "p.json", json: true }]);
});

test.each([
  [["serve"], "--config"],
  [["serve", "--config", "c", "--port", "65536"], "whole number from 0 to 65535"],
  [["serve", "--config", "c", "--port", "8e3"], "whole number"],
  [["serve", "--config", "c", "--workers", "0"], "whole number from 1"],
  [["serve", "--config", "c", "--admin-port", "on"], "whole number"],
  [["serve", "--config", "c", "--max-client-connections", "0"], "whole number from 1 to 1000000"],
  [["serve", "--config", "c", "--max-client-connections", "1000001"], "whole number from 1 to 1000000"],
  [["serve", "--config", "c", "--max-client-connections", "many"], "whole number"],
  [["serve", "--config", "c", "--admin-host-name"], "argument missing"],
  [["serv"], "Did you mean serve"],
  [["check"], "missing required argument"],
  [["check", "a", "--jsn"], "unknown option"],
])("%j cannot run", async (argv, part) => {
  const { code, err, calls } = await call(argv);
  expect([code, calls]).toEqual([2, []]);
  expect(err).toContain(part);
});

test.each(["check", "serve", "health", "plan-summary", "provider install"])("%s --help has an example and ends with 0", async (command) => {
  const { code, out } = await call([...command.split(" "), "--help"]);
  expect(code).toBe(0);
  expect(out).toContain(`Example:\n  signalbox ${command}`);
});

test.each([
  [["provider", "install"], { dir: undefined, json: false }],
  [["provider", "install", "--dir", "d", "--json"], { dir: "d", json: true }],
])("%j", async (argv, options) => {
  expect((await call(argv)).calls).toEqual([options]);
});

test("the command's exit code is the program's", async () => {
  expect((await call(["check", "a"], () => 1)).code).toBe(1);
});

test("what a command throws is told, and is exit code 2", async () => {
  const expected = await call(["check", "a"], () => {
    throw new CannotRun("no such thing");
  });
  expect([expected.code, expected.err]).toEqual([2, "signalbox: no such thing\n"]);
});
