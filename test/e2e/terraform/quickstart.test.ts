/** `cdktf deploy` of examples/quickstart.ts, end to end: the real command lines, a real Engine, traffic all the while. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { ensureEngineAndBaseImage } from "../../support/docker-engine/base-image";
import { Engine } from "../../support/docker-engine/engine";
import { ensureCdktf } from "../../support/terraform/cdktf";
import { makeDockerMirror, type DockerMirror } from "../../support/terraform/docker-mirror";
import { terraformEngines } from "../../support/terraform/engines";
import { quietEnvironment } from "../../support/terraform/folder";
import { searchFolder } from "../../support/terraform/search-secret";
import { freePort } from "../../support/free-port";
import { hostAddress } from "../support/application";
import { Client, repeat, startLoad } from "../support/client";
import { Quickstart } from "../support/quickstart";
import { until } from "../support/until";
import { startUpstream, type Upstream } from "../support/upstream";
import { expectedStream, shareUnderLoad, whole } from "../support/traffic";

jest.setTimeout(180_000);

const KEY = "sk-test-quickstart-0123456789";
/** Not in the shape of a key: synthesis refuses those. */
const CONTROL = "planted control 9876543210";

/** A gateway that says what it lacks and never becomes healthy. */
const SICK = `
if (process.argv[2] === "health") process.exit(1);
console.log("there is no gateway in here");
setInterval(() => undefined, 1000);
`;

/** A gateway that takes its time to start. */
const SLOW = `
if (process.argv[2] === "serve") setTimeout(() => require("./gateway.js"), 3000);
else require("./gateway.js");
`;

const docker = new Docker();
const inspector = new Engine(docker, ".");
const root = mkdtempSync(join(tmpdir(), "quickstart-"));
let base: string;
let mirror: DockerMirror;
let upstream: Upstream;

beforeAll(async () => {
  base = await ensureEngineAndBaseImage();
  await ensureCdktf();
  mirror = await makeDockerMirror(root);
  upstream = await startUpstream(await hostAddress(docker));
}, 300_000);

afterAll(async () => {
  await upstream.close();
  rmSync(root, { recursive: true, force: true });
});

/** The Engine's client hands out a stream of Node's, but says less. */
type EventStream = NodeJS.ReadableStream & { destroy(): void };

/** Listens for the first signal that the Engine sends to a container. */
async function listenForSignal(id: string): Promise<{ readonly first: Promise<string> }> {
  const events = (await docker.getEvents({ filters: { container: [id], event: ["kill"] } })) as EventStream;
  const first = new Promise<string>((resolve, reject) => {
    events.once("error", reject);
    events.once("data", (line: Buffer) => {
      const { Actor } = JSON.parse(line.toString()) as { readonly Actor: { readonly Attributes: { readonly signal: string } } };
      events.destroy();
      resolve(Actor.Attributes.signal);
    });
  });
  return { first };
}

describe.each(terraformEngines())("$name", ({ name: engine, binary }) => {
  const name = `quickstart-${engine}-${process.pid}`;
  const gatewayName = `${name}-gateway`;
  let project: Quickstart;
  let client: Client;
  let runtime: string;

  const gateway = () => docker.getContainer(gatewayName);
  const gatewayId = async () => (await gateway().inspect()).Id;
  const address = (part: "gateway" | "delivery"): string => {
    const containers = project.stack
      .resources()
      .map((one) => one.address)
      .filter((one) => one.startsWith("docker_container."));
    return containers.find((one) => /deliver/i.test(one) === (part === "delivery"))!;
  };
  const images = () => docker.listImages({ filters: { label: [`test=${name}`] } });

  beforeAll(async () => {
    const folder = mkdtempSync(join(root, `${engine}-`));
    const port = await freePort();
    const env = { ...quietEnvironment(mirror.cliConfig, folder), TF_LOG: "TRACE", TF_LOG_PATH: join(folder, "trace.log") };
    project = new Quickstart(folder, {
      name,
      port,
      baseImage: base,
      key: KEY,
      openaiBaseUrl: upstream.url.replace("/chat/completions", ""),
      binary,
      env,
    });
    client = new Client(`http://127.0.0.1:${port}/chat`);
    runtime = project.addRuntime("one");
  });

  afterAll(async () => {
    await project.stack.run("destroy", "-auto-approve", "-input=false");
    for (const { Id } of await images()) await docker.getImage(Id).remove({ force: true });
  });

  test("deploys, serves by weight, and the next plan is empty", async () => {
    project.write({ runtime });
    await project.deploy();
    expect(await client.shares(100)).toEqual({ "gpt-4o": 70, "gpt-4o-mini": 30 });
    expect(await project.stack.isPlanEmpty()).toBe(true);
  });

  test("a weight: the plan shows it, the delivery container alone is replaced, traffic follows, and nothing under way is cut", async () => {
    const before = await gatewayId();
    project.write({ runtime, weight: 60 });
    await project.synth();
    const plan = await project.stack.succeed("plan", "-input=false");
    expect(plan.slice(plan.indexOf("Changes to Outputs:"))).toMatch(/~ weight\s+= 70 -> 60$/m);
    expect(plan).toContain(`# ${address("delivery")} must be replaced`);
    expect(plan).toContain("Plan: 1 to add, 0 to change, 1 to destroy.");

    const streams = repeat(5, () => whole(client, 30));
    const load = startLoad(client, 50, { delayMs: 100 });
    try {
      await project.deploy();
      await until("traffic follows", 2_000, async () => Math.abs((await shareUnderLoad(upstream)) - 200 / 3) < 1.5);
    } finally {
      await Promise.all([load.stop(), streams.stop()]);
    }
    expect([...load.failures, ...streams.failures]).toEqual([]);
    expect(load.succeeded).toBeGreaterThan(500);
    expect(streams.succeeded).toBeGreaterThanOrEqual(10);
    expect(await gatewayId()).toBe(before);
    expect(await client.shares(90)).toEqual({ "gpt-4o": 60, "gpt-4o-mini": 30 });
    expect(await project.stack.isPlanEmpty()).toBe(true);
  });

  test("a gateway that somebody removed is drift, which the next apply heals", async () => {
    await gateway().remove({ force: true });
    expect(await project.stack.plannedActions()).toEqual({ [address("gateway")]: "create" });
    await project.stack.apply();
    expect(await client.shares(9)).toEqual({ "gpt-4o": 6, "gpt-4o-mini": 3 });
    expect(await project.stack.isPlanEmpty()).toBe(true);
  });

  test("a new image replaces the gateway, whose open streams finish first", async () => {
    const before = await gatewayId();
    runtime = project.addRuntime("two");
    project.write({ runtime, weight: 60 });
    await project.synth();
    const signal = await listenForSignal(before);
    const chunks = 80;
    let isOpen = true;
    upstream.reset();
    const stream = client.stream({ chunks, delayMs: 100 }).finally(() => (isOpen = false));
    await until("the stream is open", 2_000, () => upstream.byModel.size === 1);
    const applied = project.stack.apply();
    expect(await signal.first).toBe("15");
    expect(isOpen).toBe(true);
    const text = await stream;
    expect(text).toBe(expectedStream(text, chunks));
    await applied;
    expect(await gatewayId()).not.toBe(before);
    expect(await client.shares(9)).toEqual({ "gpt-4o": 6, "gpt-4o-mini": 3 });
    expect(await project.stack.isPlanEmpty()).toBe(true);
  });

  test("a gateway that does not become healthy fails the apply with its last log lines", async () => {
    project.write({ runtime: project.addRuntime("sick", SICK), weight: 60, platform: { waitTimeoutSeconds: 4, drainTimeoutSeconds: 1 } });
    const { code, stdout, stderr } = await project.cdktf("deploy", "--auto-approve", "--skip-provider-lock");
    expect(code).not.toBe(0);
    // The real provider does not show the log.
    if (mirror.isStandIn) expect(stdout + stderr).toContain("there is no gateway in here");
    expect(project.stack.resource(address("gateway")).isTainted).toBe(true);
  });

  test("Ctrl-C between the creation of a gateway and its health: the next apply finishes", async () => {
    runtime = project.addRuntime("slow", SLOW);
    project.write({ runtime, weight: 60 });
    await project.synth();
    const sick = await gatewayId();
    const apply = project.stack.start(["apply", "-auto-approve", "-input=false"]);
    await until("the new gateway runs", 60_000, async () => {
      const { Id, State } = await gateway().inspect();
      return Id !== sick && State.Running;
    });
    apply.interrupt();
    const { code } = await apply.result;
    expect(code).not.toBe(0);
    const interrupted = project.stack.resource(address("gateway"));
    expect(interrupted.attributes["id"]).toBe(await gatewayId());
    await project.stack.apply();
    expect(await client.shares(9)).toEqual({ "gpt-4o": 6, "gpt-4o-mini": 3 });
    expect(await project.stack.isPlanEmpty()).toBe(true);
  });

  test("the key is in nothing that was written, a planted one is found", async () => {
    const { folder } = project;
    project.write({ runtime, weight: 60, platform: { env: { PLANTED: CONTROL } } });
    await project.synth();
    await project.stack.succeed("plan", "-input=false", "-out=planted.tfplan");
    const stack = `cdktf.out/stacks/${name}`;
    const planted = searchFolder(folder, CONTROL, ["node_modules", "runtimes"]);
    expect(planted).toEqual(expect.arrayContaining([`${stack}/cdk.tf.json`, `${stack}/planted.tfplan > tfplan`]));

    project.write({ runtime, weight: 60 });
    await project.synth();
    await project.stack.succeed("plan", "-input=false", "-out=clean.tfplan");
    const deployed = searchFolder(folder, gatewayName, ["node_modules", "runtimes"]);
    for (const file of ["cdk.tf.json", "clean.tfplan > tfplan", "clean.tfplan > tfstate", "terraform.tfstate"]) {
      expect(deployed).toContain(`${stack}/${file}`);
    }
    expect(deployed).toContain("trace.log");
    expect(searchFolder(folder, KEY, ["node_modules", "runtimes"])).toEqual(["secrets/openai.key"]);
    expect(project.printed).not.toContain(KEY);
    expect(await inspector.logs(await gatewayId())).not.toContain(KEY);
    expect(JSON.stringify(await gateway().inspect())).not.toContain(KEY);
    expect(readFileSync(join(folder, "secrets/openai.key"), "utf8")).toBe(KEY);
  });

  test("destroy leaves no container, network or volume", async () => {
    await project.destroy();
    expect(await docker.listContainers({ all: true, filters: { name: [name] } })).toEqual([]);
    expect(await docker.listNetworks({ filters: { name: [name] } })).toEqual([]);
    expect((await docker.listVolumes({ filters: { name: [name] } })).Volumes).toEqual([]);
    expect(project.stack.resources()).toEqual([]);
  });
});
