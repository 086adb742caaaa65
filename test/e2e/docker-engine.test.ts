import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Docker from "dockerode";
import { CONFIG_FOLDER, CONFIG_PATH, MAIN, STATE_FOLDER, USER } from "../../config/container-layout";
import { ensureEngineAndBaseImage } from "../support/docker-engine/base-image";
import { Deployment, type Change } from "../support/docker-engine/deployment";
import { Engine } from "../support/docker-engine/engine";

const PREFIX = `signalbox-engine-${process.pid}`;
const docker = new Docker();

interface Choices {
  readonly weight?: number;
  readonly memory?: number;
  readonly env?: string;
  readonly start?: boolean;
}

/** A stack as the constructs make it, by hand and small, so that a fault here is one of the stand-in. */
function stack(base: string, choices: Choices = {}): string {
  const container = { image: "${docker_image.image.image_id}", networks_advanced: [{ name: "${docker_network.network.name}" }] };
  return JSON.stringify({
    terraform: { required_providers: { docker: { source: "kreuzwerker/docker", version: "3.6.2" } } },
    provider: { docker: [{}] },
    locals: { configuration: { weight: choices.weight ?? 70, note: "<$${x}>" } },
    output: { configuration: { value: "${local.configuration}" } },
    resource: {
      docker_image: {
        image: { name: `${PREFIX}:test`, build: { context: "image", build_args: { BASE_IMAGE: base } }, triggers: { hash: "1" } },
      },
      docker_network: { network: { name: `${PREFIX}-net` } },
      docker_volume: { config: { name: `${PREFIX}-config` }, state: { name: `${PREFIX}-state` } },
      docker_container: {
        delivery: {
          image: container.image,
          name: `${PREFIX}-delivery`,
          start: false,
          must_run: false,
          mounts: [{ type: "volume", source: "${docker_volume.config.name}", target: CONFIG_FOLDER }],
          upload: [{ file: CONFIG_PATH, content: "${jsonencode(local.configuration)}", permissions: "0644" }],
        },
        gateway: {
          ...container,
          name: `${PREFIX}-gateway`,
          user: USER,
          read_only: true,
          init: true,
          must_run: choices.start ?? true,
          start: choices.start ?? true,
          env: [`SAMPLE=${choices.env ?? "a"}`],
          memory: choices.memory ?? 128,
          capabilities: { drop: ["ALL"] },
          security_opts: ["no-new-privileges:true"],
          ports: [{ internal: 8000, ip: "127.0.0.1" }],
          mounts: [
            { type: "volume", source: "${docker_volume.config.name}", target: CONFIG_FOLDER, read_only: true },
            { type: "volume", source: "${docker_volume.state.name}", target: STATE_FOLDER },
          ],
          healthcheck: { test: ["CMD", "node", MAIN, "health"], interval: "1s", timeout: "2s", retries: 5 },
          wait: true,
          wait_timeout: 30,
          destroy_grace_seconds: 5,
          depends_on: ["docker_container.delivery"],
        },
      },
    },
  });
}

const actions = (changes: readonly Change[]) =>
  Object.fromEntries(changes.filter(({ action }) => action !== "keep").map(({ address, action }) => [address, action]));

describe("the stand-in for the Docker provider, on a real engine", () => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-engine-"));
  const deployment = new Deployment(new Engine(docker, directory));
  let base: string;

  const served = async () => {
    const { NetworkSettings } = await docker.getContainer(deployment.id("docker_container.gateway")).inspect();
    const response = await fetch(`http://127.0.0.1:${NetworkSettings.Ports["8000/tcp"]![0]!.HostPort}/`);
    return response.text();
  };

  beforeAll(async () => {
    base = await ensureEngineAndBaseImage();
    mkdirSync(join(directory, "image/dist/cli"), { recursive: true });
    copyFileSync(resolve(__dirname, "../../container/Dockerfile"), join(directory, "image/Dockerfile"));
    copyFileSync(join(__dirname, "support/trivial-main.js"), join(directory, "image/dist/cli/main.js"));
  }, 300_000);

  afterAll(async () => {
    await deployment.destroy();
    rmSync(directory, { recursive: true });
  }, 60_000);

  test("creates everything, waits until healthy, and a second apply changes nothing", async () => {
    expect(actions(await deployment.apply(stack(base)))).toEqual({
      "docker_image.image": "create",
      "docker_network.network": "create",
      "docker_volume.config": "create",
      "docker_volume.state": "create",
      "docker_container.delivery": "create",
      "docker_container.gateway": "create",
    });
    expect(await served()).toBe('{"note":"\\u003c${x}\\u003e","weight":70}');
    expect(deployment.outputs.get("configuration")).toEqual({ weight: 70, note: "<${x}>" });
    expect(actions(deployment.plan(stack(base)))).toEqual({});
  }, 120_000);

  test("a changed configuration replaces the delivery container only", async () => {
    const before = deployment.id("docker_container.gateway");
    expect(actions(await deployment.apply(stack(base, { weight: 60 })))).toEqual({ "docker_container.delivery": "replace" });
    expect(deployment.id("docker_container.gateway")).toBe(before);
    expect(await served()).toContain('"weight":60');
  }, 60_000);

  test("limits change in place", async () => {
    const before = deployment.id("docker_container.gateway");
    expect(actions(await deployment.apply(stack(base, { weight: 60, memory: 96 })))).toEqual({ "docker_container.gateway": "update" });
    expect(deployment.id("docker_container.gateway")).toBe(before);
    const { HostConfig } = await docker.getContainer(before).inspect();
    expect(HostConfig.Memory).toBe(96 * 1024 * 1024);
  }, 60_000);

  test("a changed environment replaces the gateway", async () => {
    const before = deployment.id("docker_container.gateway");
    expect(actions(await deployment.apply(stack(base, { weight: 60, env: "b" })))).toEqual({ "docker_container.gateway": "replace" });
    expect(deployment.id("docker_container.gateway")).not.toBe(before);
    await expect(docker.getContainer(before).inspect()).rejects.toMatchObject({ statusCode: 404 });
  }, 60_000);

  test("what does not come up fails the apply with its log and leaves no container", async () => {
    const broken = stack(base, { weight: 60, env: "b" })
      .replaceAll(`"health"`, `"serve"`)
      .replaceAll(`"wait_timeout":30`, `"wait_timeout":2`);
    await expect(deployment.apply(broken)).rejects.toThrow("container failed to be in healthy state");
    expect(await docker.listContainers({ all: true, filters: { name: [`${PREFIX}-gateway`] } })).toEqual([]);
  }, 60_000);

  test("destroy leaves nothing", async () => {
    await deployment.destroy();
    expect(await docker.listContainers({ all: true, filters: { name: [PREFIX] } })).toEqual([]);
    expect((await docker.listVolumes({ filters: { name: [PREFIX] } })).Volumes).toEqual([]);
    expect(await docker.listNetworks({ filters: { name: [PREFIX] } })).toEqual([]);
    expect(await docker.listImages({ filters: { reference: [`${PREFIX}:*`] } })).toEqual([]);
  }, 60_000);
});
