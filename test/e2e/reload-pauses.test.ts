import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { sliceRecorder, type SliceRecorder } from "./support/loop-slices";

/** No file may hold the event loop longer, in milliseconds. */
const LONGEST = 50;
/** A pause of the gateway's own shows in each of so many tries, one of a busy machine does not. */
const TRIES = 3;
const ROUTES = 10_000;

let folder: string;
let recorder: SliceRecorder;
let child: ChildProcess;
let adminPort: number;
let log: string;
/** Where the log of the last try begins. */
let tryFrom: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reload-pauses-"));
  recorder = sliceRecorder();
  log = "";
  write(JSON.stringify(routes(1, "first")));
  adminPort = await freePort();
  child = spawn(
    process.execPath,
    [
      join(__dirname, "../../dist/cli/main.js"),
      ...["serve", "--config", join(folder, "kong.yaml"), "--port", String(await freePort()), "--admin-port", String(adminPort)],
    ],
    { env: { ...process.env, ...recorder.env, SIGNALBOX_TEST_KEY: "secret" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  child.stdout?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  await logged("configuration served");
});

afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  recorder.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const target = {
  route_type: "llm/v1/chat",
  auth: { header_name: "Authorization", header_value: "Bearer {vault://env/SIGNALBOX_TEST_KEY}" },
  model: {
    provider: "openai",
    name: "gpt-4o",
    options: { upstream_url: "http://127.0.0.1:9/v1/chat/completions", max_tokens: 512, temperature: 0.5 },
  },
};

/** A file with so many routes, each with a plugin of its own. */
function routes(count: number, prefix: string): object {
  return {
    _format_version: "3.0",
    services: [
      {
        name: "llm",
        url: "http://localhost:32000",
        routes: Array.from({ length: count }, (_, index) => ({
          name: `${prefix}-${index}`,
          paths: index % 10 === 0 ? [`~/${prefix}/(?<tenant>(?:[a-z]+-?)+)/${index}$`] : [`/${prefix}/${index}`],
          plugins: [{ name: "ai-proxy-advanced", config: { targets: [target] } }],
        })),
      },
    ],
  };
}

const yaml = (value: object): string => stringify(value, { aliasDuplicateObjects: false });

/** Whole or not at all, as configuration management does it. */
function write(text: string): void {
  writeFileSync(join(folder, "next"), text);
  renameSync(join(folder, "next"), join(folder, "kong.yaml"));
}

/** Waits for a line of the log behind what was there before. */
async function logged(text: string, from = 0): Promise<void> {
  while (!log.slice(from).includes(text)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the gateway ended: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function statusCode(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port: adminPort, path, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end();
  });
}

/**
 * Gives a new file and returns the longest slice until the gateway has taken or refused it, the least of the tries.
 * A file that is to be taken must be another in each.
 */
async function longestSlice(text: (attempt: number) => string, outcome: string): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < TRIES && least >= LONGEST; attempt++) {
    tryFrom = log.length;
    const since = Date.now();
    write(text(attempt));
    await logged(outcome, tryFrom);
    await new Promise((resolve) => setTimeout(resolve, 200));
    least = Math.min(least, recorder.longest(since));
  }
  return least;
}

describe("a reload holds the event loop for a moment only", () => {
  test.each([
    ["JSON", (value: object) => JSON.stringify(value)],
    ["YAML", yaml],
  ])(
    `with ${ROUTES} routes in %s, and again when all of them are replaced`,
    async (_, print) => {
      expect(await longestSlice((attempt) => print(routes(ROUTES, `one-${attempt}`)), "configuration served")).toBeLessThan(LONGEST);
      expect(await longestSlice((attempt) => print(routes(ROUTES, `two-${attempt}`)), "configuration served")).toBeLessThan(LONGEST);
      expect(await statusCode("/readyz")).toBe(200);
    },
    300_000,
  );

  test("with a plugin of very many targets", async () => {
    const file = (attempt: number): object => ({
      _format_version: "3.0",
      routes: [{ name: "chat", paths: ["/chat"] }],
      plugins: [
        {
          name: "ai-proxy-advanced",
          route: "chat",
          config: {
            targets: Array.from({ length: 10_000 }, (_, index) => ({
              ...target,
              model: { ...target.model, model_alias: `m${attempt}-${index}` },
            })),
          },
        },
      ],
    });
    expect(await longestSlice((attempt) => JSON.stringify(file(attempt)), "configuration served")).toBeLessThan(LONGEST);
  }, 120_000);
});

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

describe("a refused file holds it no longer", () => {
  test.each([
    ["unknown keys", lines(20_000, (index) => `k${index}: v`)],
    ["a key many times", lines(20_000, () => "k: v")],
    ["a flow map of unknown keys", `{${lines(20_000, (index) => `k${index}: v,`)}}`],
    [
      "unknown fields of a plugin",
      JSON.stringify({
        _format_version: "3.0",
        plugins: [{ name: "ai-proxy", config: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 1])) }],
      }),
    ],
    [
      "dangling names",
      JSON.stringify({
        ...routes(2000, "x"),
        plugins: Array.from({ length: 2000 }, (_, index) => ({ name: "file-log", route: `y${index}`, config: { path: "/tmp/x" } })),
      }),
    ],
    ["deep nesting", "[".repeat(500_000)],
    ["anchors and aliases", `${lines(10_000, (index) => `k${index}: &a${index} v`)}\n${lines(10_000, (index) => `l${index}: *a${index}`)}`],
    [
      "a small bomb of aliases",
      `a: &a [${"x,".repeat(4000)}]\nb: &b [${"*a,".repeat(30)}]\nc: &c [${"*b,".repeat(30)}]\nplugins: [{name: ai-proxy, config: {targets: *c, d: *c}}]`,
    ],
    ["no YAML", "{".repeat(100) + "%@`\n".repeat(200_000)],
    ["32 MiB of nothing", `{"a":"${"x".repeat(32 * 1024 * 1024 - 20)}"}`],
  ])(
    "%s",
    async (_, text) => {
      expect(await longestSlice(() => text, "configuration refused")).toBeLessThan(LONGEST);
      expect(await statusCode("/readyz")).toBe(200);
      expect(log.slice(tryFrom).split("\n").length).toBeLessThan(300);
    },
    300_000,
  );

  test("a reference that cannot be read is named, in a large file too", async () => {
    const text = JSON.stringify(routes(200, "x")).replace("{vault://env/SIGNALBOX_TEST_KEY}", "{vault://env/NOT_THERE}");
    await longestSlice(() => text, "configuration refused");
    expect(log).toContain("NOT_THERE");
    expect(log).toContain("header_value");
    expect(log).not.toContain("secret");
  }, 60_000);
});

test("a gateway that is told to end while it reads a file ends", async () => {
  write(yaml(routes(ROUTES, "late")));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(log).not.toContain("configuration refused");
}, 60_000);
