/** The lives of the Docker provider's four resources, by the real terraform on a real Engine. What both command lines do with them, the quickstart shows. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { ensureEngineAndBaseImage } from "../../support/docker-engine/base-image";
import { Engine } from "../../support/docker-engine/engine";
import { makeDockerMirror, type DockerMirror } from "../../support/terraform/docker-mirror";
import { quietEnvironment, TerraformFolder } from "../../support/terraform/folder";

jest.setTimeout(120_000);

const docker = new Docker();
const inspector = new Engine(docker, ".");
const root = mkdtempSync(join(tmpdir(), "docker-resources-"));
let base: string;
let mirror: DockerMirror;

beforeAll(async () => {
  base = await ensureEngineAndBaseImage();
  mirror = await makeDockerMirror(root);
}, 300_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

const REQUIRED = {
  terraform: { required_providers: { docker: { source: "kreuzwerker/docker", version: "3.6.2" } } },
  provider: { docker: {} },
};

/** A server that says where it stands and notes its orderly end. */
const SERVER = `
const { createServer } = require("node:http");
const { writeFileSync } = require("node:fs");
console.log("first line");
console.log("health is", process.env.HEALTH);
createServer((_, response) => response.writeHead(process.env.HEALTH === "bad" ? 500 : 200).end()).listen(8000);
process.on("SIGTERM", () => { writeFileSync("/marks/" + (process.env.MARK || "ended"), ""); process.exit(0); });
`;
const PROBE = `fetch("http://127.0.0.1:8000").then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;

describe("the four resources", () => {
  const name = `docker-resources-${process.pid}`;
  const marks = join(root, "marks");
  const opened: TerraformFolder[] = [];

  /** A folder in which the provider is installed. */
  async function open(configuration: object): Promise<TerraformFolder> {
    const folder = mkdtempSync(join(root, "work-"));
    const terraform = new TerraformFolder(folder, "terraform", quietEnvironment(mirror.cliConfig, folder));
    configure(terraform, configuration);
    await terraform.succeed("init", "-input=false");
    opened.push(terraform);
    return terraform;
  }

  function configure(terraform: TerraformFolder, configuration: object): void {
    writeFileSync(join(terraform.folder, "main.tf.json"), JSON.stringify({ ...REQUIRED, ...configuration }));
  }

  const server = (more: object = {}) => ({
    name: `${name}-server`,
    image: base,
    entrypoint: ["node", "-e", SERVER],
    command: [],
    mounts: [{ type: "bind", source: marks, target: "/marks" }],
    healthcheck: { test: ["CMD", "node", "-e", PROBE], interval: "1s", timeout: "2s", retries: 3 },
    wait: true,
    wait_timeout: 30,
    ...more,
  });
  const onlyServer = (more: object = {}) => ({ resource: { docker_container: { server: server(more) } } });
  const containers = () => docker.listContainers({ all: true, filters: { name: [name] } });

  beforeAll(() => mkdirSync(marks));

  afterEach(async () => {
    for (const terraform of opened.splice(0)) await terraform.run("destroy", "-auto-approve");
    expect(await containers()).toEqual([]);
    expect((await docker.listVolumes({ filters: { name: [name] } })).Volumes).toEqual([]);
    expect(await docker.listNetworks({ filters: { name: [name] } })).toEqual([]);
    expect(await docker.listImages({ filters: { reference: [`${name}*`] } })).toEqual([]);
  });

  test("a hardened container on what was built, in its network, with its volume: no permanent difference, and what replaces", async () => {
    const choices = { memory: 96, restart: "unless-stopped", env: "a", label: "a", trigger: "1", port: 8000, read_only: true };
    const everything = (choice: Partial<typeof choices> = {}) => {
      const { memory, restart, env, label, trigger, port, read_only } = { ...choices, ...choice };
      return {
        resource: {
          docker_image: {
            image: {
              name: `${name}:test`,
              build: { context: "image", build_args: { BASE_IMAGE: base } },
              triggers: { hash: trigger },
            },
          },
          docker_network: { network: { name: `${name}-network`, labels: [{ label: "purpose", value: "test" }] } },
          docker_volume: { volume: { name: `${name}-volume` } },
          docker_container: {
            server: server({
              image: "${docker_image.image.image_id}",
              entrypoint: ["node", "-e", SERVER.replaceAll("${", "$${")],
              user: "10001:10001",
              init: true,
              restart,
              memory,
              memory_swap: memory,
              cpu_period: 100000,
              cpu_quota: 50000,
              stop_timeout: 10,
              stop_signal: "SIGTERM",
              log_driver: "json-file",
              log_opts: { "max-size": "1m" },
              env: [`SAMPLE=${env}`],
              read_only: true,
              capabilities: { drop: ["ALL"] },
              tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
              security_opts: ["no-new-privileges:true"],
              labels: [{ label: "sample", value: label }],
              mounts: [{ type: "volume", source: "${docker_volume.volume.name}", target: "/data", read_only }],
              ports: [{ internal: port, ip: "127.0.0.1" }],
              networks_advanced: [{ name: "${docker_network.network.name}", aliases: ["server"] }],
            }),
          },
        },
      };
    };
    const terraform = await open(everything());
    mkdirSync(join(terraform.folder, "image"));
    writeFileSync(join(terraform.folder, "image/Dockerfile"), "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nLABEL purpose=test\n");
    await terraform.apply();
    expect(await terraform.plannedActions()).toEqual({});
    const { attributes } = terraform.resource("docker_container.server");
    const id = String(attributes["id"]);
    const { HostConfig, Config, NetworkSettings } = await docker.getContainer(id).inspect();
    expect(HostConfig).toMatchObject({ Memory: 96 * 1024 ** 2, CpuQuota: 50000, ReadonlyRootfs: true, CapDrop: ["ALL"] });
    expect(Config).toMatchObject({ User: "10001:10001", StopSignal: "SIGTERM" });
    expect(Object.keys(NetworkSettings.Networks)).toEqual([`${name}-network`]);

    const replaced = { "docker_container.server": "replace" };
    for (const [choice, actions] of [
      [{ memory: 128 }, { "docker_container.server": "update" }],
      [{ restart: "always" }, { "docker_container.server": "update" }],
      [{ env: "b" }, replaced],
      [{ label: "b" }, replaced],
      [{ port: 8001 }, replaced],
      [{ read_only: false }, replaced],
      [{ trigger: "2" }, { "docker_image.image": "replace", ...replaced }],
    ] as const) {
      configure(terraform, everything(choice));
      expect([choice, await terraform.plannedActions()]).toEqual([choice, actions]);
    }
    configure(terraform, everything({ memory: 128, restart: "always" }));
    await terraform.apply();
    const changed = await docker.getContainer(id).inspect();
    expect(changed.HostConfig).toMatchObject({ Memory: 128 * 1024 ** 2, RestartPolicy: { Name: "always" } });
    expect(await terraform.plannedActions()).toEqual({});

    await docker.getContainer(id).remove({ force: true });
    expect(await terraform.plannedActions()).toEqual({ "docker_container.server": "create" });
    await terraform.apply();
    expect(await terraform.plannedActions()).toEqual({});
  });

  test("a container that never starts carries a file into a volume; a new file replaces it, and the volume's reader stays", async () => {
    const delivered = (content: string) => ({
      resource: {
        docker_volume: { files: { name: `${name}-files` } },
        docker_container: {
          delivery: {
            name: `${name}-delivery`,
            image: base,
            start: false,
            must_run: false,
            mounts: [{ type: "volume", source: "${docker_volume.files.name}", target: "/files" }],
            upload: [{ file: "/files/one.txt", content, permissions: "0644" }],
          },
          reader: {
            ...server({ name: `${name}-reader` }),
            mounts: [
              { type: "bind", source: marks, target: "/marks" },
              { type: "volume", source: "${docker_volume.files.name}", target: "/files", read_only: true },
            ],
            depends_on: ["docker_container.delivery"],
          },
        },
      },
    });
    const terraform = await open(delivered("one"));
    await terraform.apply();
    const reader = String(terraform.resource("docker_container.reader").attributes["id"]);
    const file = async () => (await inspector.exec(reader, ["node", "-p", "fs.readFileSync('/files/one.txt', 'utf8')"])).output.trim();
    expect(await file()).toBe("one");
    expect(await terraform.plannedActions()).toEqual({});
    configure(terraform, delivered("two"));
    expect(await terraform.plannedActions()).toEqual({ "docker_container.delivery": "replace" });
    await terraform.apply();
    expect(await file()).toBe("two");
    expect(terraform.resource("docker_container.reader").attributes["id"]).toBe(reader);
    expect(await terraform.plannedActions()).toEqual({});
  });

  test("an unhealthy container fails the apply, is kept as tainted, and the next apply replaces it; removal kills unless there is grace", async () => {
    const terraform = await open(onlyServer({ env: ["HEALTH=bad"], wait_timeout: 3 }));
    const { code, stderr } = await terraform.run("apply", "-auto-approve", "-input=false");
    expect(code).toBe(1);
    // The real provider does not show the log.
    if (mirror.isStandIn) {
      expect(stderr).toContain("container failed to be in healthy state");
      expect(stderr).toContain("first line health is bad");
    }
    const tainted = terraform.resource("docker_container.server");
    expect(tainted.isTainted).toBe(true);
    expect((await containers()).map(({ Id }) => Id)).toEqual([tainted.attributes["id"]]);

    configure(terraform, onlyServer({ env: ["MARK=killed"] }));
    await terraform.apply();
    expect(await terraform.plannedActions()).toEqual({});
    configure(terraform, onlyServer({ env: ["MARK=stopped"], destroy_grace_seconds: 10 }));
    await terraform.apply();
    await terraform.succeed("destroy", "-auto-approve");
    expect(() => readFileSync(join(marks, "killed"))).toThrow("ENOENT");
    expect(readFileSync(join(marks, "stopped"), "utf8")).toBe("");
  });

  test("what cannot be carried out is refused", async () => {
    const refusals = [
      [{ read_only: true, upload: [{ file: "/data/a", content: "a" }] }, "container rootfs is marked read-only"],
      [{ cpus: "0.5" }, "cpu"],
    ] as const;
    const terraform = await open(onlyServer(refusals[0][0]));
    for (const [choice, sentence] of refusals) {
      configure(terraform, onlyServer(choice));
      // The stand-in refuses at plan, the real provider at apply or by a crash.
      if (mirror.isStandIn) expect((await terraform.run("plan", "-input=false")).stderr).toContain(sentence);
      const applied = await terraform.run("apply", "-auto-approve", "-input=false");
      expect([choice, applied.code]).toEqual([choice, 1]);
      if ("upload" in choice) expect(applied.stderr).toContain(sentence);
    }
  });

  test("a container that cannot start fails the apply; one that ended is made again", async () => {
    const terraform = await open(onlyServer({ entrypoint: ["/nowhere"], wait: false }));
    expect((await terraform.run("apply", "-auto-approve", "-input=false")).code).toBe(1);
    configure(terraform, onlyServer());
    await terraform.apply();
    await docker.getContainer(`${name}-server`).stop({ t: 0 });
    expect(await terraform.plannedActions()).toEqual({ "docker_container.server": "create" });
  });

  test("what exists already is imported", async () => {
    await docker.createNetwork({ Name: `${name}-network` });
    await docker.createVolume({ Name: `${name}-volume` });
    const network = (await docker.getNetwork(`${name}-network`).inspect()) as { Id: string };
    const created = await docker.createContainer({ name: `${name}-server`, Image: base, Cmd: ["node", "-e", SERVER], Env: ["A=1"] });
    await created.start();
    const terraform = await open({
      resource: {
        docker_network: { one: { name: `${name}-network` } },
        docker_volume: { one: { name: `${name}-volume` } },
        docker_container: {
          one: { name: `${name}-server`, image: (await created.inspect()).Image, command: ["node", "-e", SERVER], env: ["A=1"] },
        },
      },
    });
    await terraform.succeed("import", "docker_network.one", network.Id);
    await terraform.succeed("import", "docker_volume.one", `${name}-volume`);
    await terraform.succeed("import", "docker_container.one", created.id);
    const actions = await terraform.plannedActions();
    expect(Object.values(actions).filter((action) => action !== "update")).toEqual([]);
    await terraform.apply();
    expect(await terraform.plannedActions()).toEqual({});
    expect(terraform.resource("docker_container.one").attributes["id"]).toBe(created.id);
  });
});
