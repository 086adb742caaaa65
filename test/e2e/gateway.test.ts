import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { CONFIG_FOLDER, CONFIG_PATH, MAIN, SECRETS_FOLDER, STATE_FOLDER, UID } from "../../config/container-layout";
import { ensureEngineAndBaseImage } from "../support/docker-engine/base-image";
import { Deployment, type Change } from "../support/docker-engine/deployment";
import { Engine } from "../support/docker-engine/engine";
import { tar } from "../support/docker-engine/tar";
import { freePort } from "../support/free-port";
import { hostAddress, synthesize, type Choices, type Surroundings, type Synthesized } from "./support/application";
import { Client, startLoad } from "./support/client";
import { until } from "./support/until";
import { startUpstream, streamChunks, type Upstream } from "./support/upstream";

const NAME = `signalbox-e2e-${process.pid}`;
const KEY = "sk-test-0123456789";
const KEY_GROUP = 23456;

const actions = (changes: readonly Change[]) =>
  Object.fromEntries(changes.filter(({ action }) => action !== "keep").map(({ address, action }) => [address, action]));
const expectedStream = (model: string, chunks: number) => streamChunks(model, chunks).join("");
const modelOf = (stream: string) => /"model":"([^"]+)"/.exec(stream)?.[1] ?? "none";

describe("a synthesized gateway on a real Docker engine", () => {
  const docker = new Docker();
  const folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-"));
  let upstream: Upstream;
  let surroundings: Surroundings;
  let client: Client;
  let engine: Engine;
  let deployment: Deployment;

  const synth = (choices: Choices): Synthesized => synthesize(surroundings, choices, join(folder, "cdktf.out"));
  const container = (part: "gateway" | "delivery"): string => {
    const found = deployment.addresses("docker_container").find((address) => /deliver/i.test(address) === (part === "delivery"));
    if (found === undefined) throw new Error(`No ${part} container among ${deployment.addresses("docker_container").join(", ")}.`);
    return found;
  };
  const gatewayId = () => deployment.id(container("gateway"));
  const inGateway = (...command: string[]) => engine.exec(gatewayId(), command);
  const evaluate = async (script: string) => {
    const { exitCode, output } = await inGateway("node", "-e", script);
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${output}`);
    return output.trim();
  };
  const health = () => inGateway("node", MAIN, "health", "--json");

  beforeAll(async () => {
    const baseImage = await ensureEngineAndBaseImage();
    upstream = await startUpstream(await hostAddress(docker));
    const secrets = join(folder, "secrets");
    mkdirSync(secrets);
    const keyFile = join(secrets, "openai.key");
    writeFileSync(keyFile, KEY);
    chownSync(keyFile, 0, KEY_GROUP);
    chmodSync(keyFile, 0o640);
    const port = await freePort();
    surroundings = { name: NAME, port, upstreamUrl: upstream.url, baseImage, keyFile, keyGroup: KEY_GROUP, drainTimeoutSeconds: 20 };
    client = new Client(`http://127.0.0.1:${port}/chat`);
    const { text, directory } = synth({ weights: [70, 30] });
    engine = new Engine(docker, directory);
    deployment = new Deployment(engine);
    await deployment.apply(text);
  }, 600_000);

  afterAll(async () => {
    await deployment.destroy();
    await upstream.close();
    rmSync(folder, { recursive: true });
  }, 120_000);

  beforeEach(() => upstream.reset());

  test("the same app again changes nothing", () => {
    expect(actions(deployment.plan(synth({ weights: [70, 30] }).text))).toEqual({});
  });

  test("shares are exact over a cycle", async () => {
    expect(await client.shares(100)).toEqual({ "gpt-4o": 70, "gpt-4o-mini": 30 });
    expect(Object.fromEntries(upstream.byModel)).toEqual({ "gpt-4o": 70, "gpt-4o-mini": 30 });
  }, 30_000);

  test("a stream arrives byte by byte as the provider sent it", async () => {
    const text = await client.stream({ chunks: 20, delayMs: 10 });
    expect(text).toBe(expectedStream(modelOf(text), 20));
  }, 30_000);

  test("a client that hangs up ends the provider's stream", async () => {
    await client.abortedStream({ chunks: 600, delayMs: 50 });
    await until("the provider sees the abort", 2_000, () => upstream.aborted === 1);
  }, 30_000);

  test("a key that only one group may read is read, and reaches the provider", async () => {
    await client.chat();
    expect([...upstream.credentials]).toEqual([`Bearer ${KEY}`]);
    const files = execFileSync("stat", ["-c", "%a %u %g", surroundings.keyFile], { encoding: "utf8" }).trim();
    expect(files).toBe(`640 0 ${KEY_GROUP}`);
  }, 30_000);

  test("the key stands neither in the synthesized file nor in the container's description nor in its log", async () => {
    const { text } = synth({ weights: [70, 30] });
    expect(text).not.toContain(KEY);
    expect(JSON.stringify(await docker.getContainer(gatewayId()).inspect())).not.toContain(KEY);
    expect(await engine.logs(gatewayId())).not.toContain(KEY);
  });

  test("every process runs as the user, without any capability and without a way to new privileges", async () => {
    const script = `const fs = require("node:fs");
      const all = fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).map((pid) => fs.readFileSync("/proc/" + pid + "/status", "utf8"));
      const field = (status, name) => new RegExp("^" + name + ":\\\\s*(\\\\S+)", "m").exec(status)[1];
      console.log(JSON.stringify(all.map((status) => ["Uid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs"].map((name) => field(status, name)))));`;
    const processes = JSON.parse(await evaluate(script)) as string[][];
    expect(processes.length).toBeGreaterThan(1);
    const none = "0000000000000000";
    for (const one of processes) expect(one).toEqual([String(UID), none, none, none, none, none, "1"]);
  }, 30_000);

  test("root file system, configuration and secrets cannot be written; state can", async () => {
    const script = `const fs = require("node:fs");
      const attempt = (folder) => { try { fs.writeFileSync(folder + "/probe", ""); fs.unlinkSync(folder + "/probe"); return "written"; } catch (error) { return error.code; } };
      console.log(JSON.stringify(process.argv.slice(1).map(attempt)));`;
    const { output } = await inGateway(
      "node",
      "-e",
      script,
      "/",
      "/app",
      "/etc",
      "/usr/local/bin",
      CONFIG_FOLDER,
      SECRETS_FOLDER,
      STATE_FOLDER,
    );
    expect(JSON.parse(output)).toEqual([...Array<string>(6).fill("EROFS"), "written"]);
  }, 30_000);

  test("a changed weight replaces the delivery container only, and traffic follows within 2 s", async () => {
    const before = gatewayId();
    expect(actions(await deployment.apply(synth({ weights: [20, 80] }).text))).toEqual({ [container("delivery")]: "replace" });
    await until("traffic follows", 2_000, async () => (await client.shares(10))["gpt-4o"] === 2);
    expect(gatewayId()).toBe(before);
    expect(await client.shares(100)).toEqual({ "gpt-4o": 20, "gpt-4o-mini": 80 });
  }, 60_000);

  test("two changes under load: no request fails and every stream is complete", async () => {
    const before = gatewayId();
    const chunks = 120;
    let open = 10;
    const streams = Promise.all(Array.from({ length: open }, () => client.stream({ chunks, delayMs: 100 }).finally(() => open--)));
    const load = startLoad(client, 50, { delayMs: 100 });
    try {
      for (const weights of [
        [50, 50],
        [70, 30],
      ] as const) {
        expect(actions(await deployment.apply(synth({ weights }).text))).toEqual({ [container("delivery")]: "replace" });
        await until(`shares ${weights.join("/")}`, 10_000, async () => Math.abs((await shareUnderLoad(upstream)) - weights[0]) < 8);
      }
      expect(open).toBe(10);
      const texts = await streams;
      expect(texts).toEqual(texts.map((text) => expectedStream(modelOf(text), chunks)));
    } finally {
      await load.stop();
      await Promise.allSettled([streams]);
    }
    expect(load.failures).toEqual([]);
    expect(load.succeeded).toBeGreaterThan(500);
    expect(gatewayId()).toBe(before);
    expect(await client.shares(100)).toEqual({ "gpt-4o": 70, "gpt-4o-mini": 30 });
  }, 120_000);

  test("a bad file changes nothing, shows in the health, and is survived by a restart", async () => {
    const good = synth({ weights: [70, 30] }).text;
    const bad = Buffer.from('{"_format_version": "3.0", "services": [{"name": ');
    await docker
      .getContainer(deployment.id(container("delivery")))
      .putArchive(tar([{ name: CONFIG_PATH, mode: 0o644, content: bad }]), { path: "/" });
    const refused = async () => (await health()).output.includes("refused");
    await until("the refusal shows", 5_000, refused);
    expect((await health()).exitCode).toBe(0);
    expect(await client.shares(10)).toEqual({ "gpt-4o": 7, "gpt-4o-mini": 3 });

    await docker.getContainer(gatewayId()).restart({ t: 30 });
    await until("ready again", 20_000, async () => (await health()).exitCode === 0);
    expect(await refused()).toBe(true);
    expect(await client.shares(10)).toEqual({ "gpt-4o": 7, "gpt-4o-mini": 3 });

    expect(actions(await deployment.apply(good))).toEqual({});
    expect(actions(await deployment.apply(synth({ weights: [60, 40] }).text))).toEqual({ [container("delivery")]: "replace" });
    await until("the next good file is served", 2_000, async () => !(await refused()) && (await client.shares(10))["gpt-4o"] === 6);
  }, 90_000);

  test("SIGTERM: not ready at once, an open stream finishes, the exit code is 0", async () => {
    const chunks = 60;
    const stream = client.stream({ chunks, delayMs: 50 });
    await until("the stream is open", 2_000, () => upstream.byModel.size === 1);
    const gateway = docker.getContainer(gatewayId());
    const stopped = gateway.stop({ t: surroundings.drainTimeoutSeconds + 5 });
    await until("not ready", 1_000, async () => (await health()).exitCode !== 0);
    const text = await stream;
    expect(text).toBe(expectedStream(modelOf(text), chunks));
    await stopped;
    expect((await gateway.inspect()).State).toMatchObject({ Running: false, ExitCode: 0, OOMKilled: false });
  }, 60_000);
});

/** Percentage of the next 200 requests that went to `gpt-4o`. */
async function shareUnderLoad(upstream: Upstream): Promise<number> {
  upstream.reset();
  const total = () => [...upstream.byModel.values()].reduce((sum, count) => sum + count, 0);
  await until("200 requests", 10_000, () => total() >= 200);
  return (100 * (upstream.byModel.get("gpt-4o") ?? 0)) / total();
}
