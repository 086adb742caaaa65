/** `terraform apply` of examples/hcl: the quickstart of those who write no TypeScript. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { PROVIDER_SOURCE } from "../../../provider/address";
import { ensureEngineAndBaseImage } from "../../support/docker-engine/base-image";
import { makeDockerMirror, type DockerMirror } from "../../support/terraform/docker-mirror";
import { terraformEngines } from "../../support/terraform/engines";
import { quietEnvironment, TerraformFolder } from "../../support/terraform/folder";
import { addToMirror, bundleProvider } from "../../support/terraform/mirror";
import { searchFolder } from "../../support/terraform/search-secret";
import { freePort } from "../../support/free-port";
import { hostAddress } from "../support/application";
import { Client, repeat, startLoad } from "../support/client";
import { copyRuntime, REPOSITORY, writeKey } from "../support/runtime";
import { shareUnderLoad, whole } from "../support/traffic";
import { until } from "../support/until";
import { startUpstream, type Upstream } from "../support/upstream";

jest.setTimeout(180_000);

const KEY = "sk-test-hcl-0123456789";

const docker = new Docker();
const root = mkdtempSync(join(tmpdir(), "hcl-"));
let base: string;
let mirror: DockerMirror;
let upstream: Upstream;

beforeAll(async () => {
  base = await ensureEngineAndBaseImage();
  mirror = await makeDockerMirror(root);
  const bundle = join(root, "signalbox-provider.cjs");
  await bundleProvider(join(REPOSITORY, "provider/main.ts"), bundle);
  addToMirror(mirror.folder, { address: PROVIDER_SOURCE, version: "0.1.0", bundle });
  upstream = await startUpstream(await hostAddress(docker));
}, 300_000);

afterAll(async () => {
  await upstream.close();
  rmSync(root, { recursive: true, force: true });
});

describe.each(terraformEngines())("$name", ({ name: engine, binary }) => {
  const name = `hcl-${engine}-${process.pid}`;
  const folder = mkdtempSync(join(root, `${engine}-`));
  let terraform: TerraformFolder;
  let client: Client;
  let variables: Readonly<Record<string, unknown>>;

  const gatewayId = async () => (await docker.getContainer(name).inspect()).Id;
  const write = (more: object = {}) => writeFileSync(join(folder, "terraform.tfvars.json"), JSON.stringify({ ...variables, ...more }));

  beforeAll(async () => {
    const env = { ...quietEnvironment(mirror.cliConfig, folder), TF_LOG: "TRACE", TF_LOG_PATH: join(folder, "trace.log") };
    terraform = new TerraformFolder(folder, binary, env);
    cpSync(join(REPOSITORY, "examples/hcl"), folder, { recursive: true });
    writeKey(join(folder, "secrets/openai.key"), KEY);
    const port = await freePort();
    client = new Client(`http://127.0.0.1:${port}/chat`);
    const runtime = copyRuntime(join(folder, "runtime"), { label: name, version: "one" });
    variables = { name, port, runtime, base_image: base, upstream_url: upstream.url, secrets: join(folder, "secrets") };
    write();
    await terraform.succeed("init", "-input=false");
  });

  afterAll(async () => {
    await terraform.run("destroy", "-auto-approve", "-input=false");
    for (const { Id } of await docker.listImages({ filters: { label: [`test=${name}`] } }))
      await docker.getImage(Id).remove({ force: true });
  });

  test("applies, serves by weight, and the next plan is empty", async () => {
    await terraform.apply();
    expect(await client.shares(100)).toEqual({ "gpt-4o": 70, "gpt-4o-mini": 30 });
    expect(await terraform.isPlanEmpty()).toBe(true);
  });

  test("a weight: the plan shows it, the delivery container alone is replaced, traffic follows, and nothing under way is cut", async () => {
    const before = await gatewayId();
    write({ weights: { large: 60, small: 30 } });
    const plan = await terraform.succeed("plan", "-input=false", "-out=weight.tfplan");
    expect(plan.slice(plan.indexOf("Changes to Outputs:"))).toMatch(/~ weight\s+= 70 -> 60$/m);
    expect(plan).toContain("# docker_container.delivery must be replaced");
    expect(plan).toContain("Plan: 1 to add, 0 to change, 1 to destroy.");
    const streams = repeat(5, () => whole(client, 20));
    const load = startLoad(client, 50, { delayMs: 100 });
    try {
      await terraform.succeed("apply", "-input=false", "weight.tfplan");
      await until("traffic follows", 2_000, async () => Math.abs((await shareUnderLoad(upstream)) - 200 / 3) < 1.5);
    } finally {
      await Promise.all([load.stop(), streams.stop()]);
    }
    expect([...load.failures, ...streams.failures]).toEqual([]);
    expect(await gatewayId()).toBe(before);
    expect(await client.shares(90)).toEqual({ "gpt-4o": 60, "gpt-4o-mini": 30 });
    expect(await terraform.isPlanEmpty()).toBe(true);
  });

  test("the key is in no file but its own", () => {
    const places = searchFolder(folder, "docker_container", ["runtime"]);
    expect(places).toEqual(expect.arrayContaining(["terraform.tfstate", "trace.log", "weight.tfplan > tfplan"]));
    expect(searchFolder(folder, KEY, ["runtime"])).toEqual(["secrets/openai.key"]);
  });

  test("destroy leaves no container, network or volume", async () => {
    await terraform.succeed("destroy", "-auto-approve", "-input=false");
    expect(await docker.listContainers({ all: true, filters: { name: [name] } })).toEqual([]);
    expect(await docker.listNetworks({ filters: { name: [name] } })).toEqual([]);
    expect((await docker.listVolumes({ filters: { name: [name] } })).Volumes).toEqual([]);
  });
});
