import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "cdktf";
import { TerraformOutput, TerraformStack, Testing, Token } from "cdktf";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { ADMIN_PORT, CONFIG_FOLDER, MAIN, PROXY_PORT, SECRETS_FOLDER, STATE_FOLDER, USER } from "../../config/container-layout";
import { AiProxy, Auth, Gateway, Platform, Secret, Target, VectorDb } from "../../index";
import type { DockerOptions } from "../../index";
import { RUNTIME, annotations, gatewayStack, problems, synth } from "./support";

const container = (options: DockerOptions = {}): Record<string, unknown> =>
  synth(gatewayStack(options).stack).resource["docker_container"]!["gateway"]!;

function withSecrets(docker: DockerOptions, ...secrets: readonly Secret[]) {
  const { stack, gateway } = gatewayStack(docker);
  const plugins = secrets.map((secret, index) => {
    const route = gateway.route(`r${index}`, { paths: [`/${index}`] });
    return new AiProxy(stack, `P${index}`, { route, target: Target.openai("gpt-4o", { auth: Auth.header("x-api-key", secret) }) });
  });
  return { stack, values: () => plugins.map(({ configuration }) => (configuration["auth"] as { header_value: string }).header_value) };
}

const bindMounts = (stack: TerraformStack) =>
  (synth(stack).resource["docker_container"]!["gateway"]!["mounts"] as { type: string }[]).filter(({ type }) => type === "bind");

describe("the gateway's container", () => {
  it("is locked down", () => {
    expect(container()).toMatchObject({
      user: USER,
      read_only: true,
      capabilities: { drop: ["ALL"] },
      security_opts: ["no-new-privileges:true"],
      tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
      ports: [{ ip: "127.0.0.1", external: 8000, internal: PROXY_PORT, protocol: "tcp" }],
      restart: "unless-stopped",
      init: true,
    });
    expect(container()).not.toHaveProperty("privileged");
  });

  it("is waited for, and gets the drain's time and more to stop", () => {
    const { healthcheck, ...rest } = container({ drainTimeoutSeconds: 90 });
    expect(healthcheck).toMatchObject({ test: ["CMD", "node", MAIN, "health", "--admin-port", String(ADMIN_PORT)] });
    expect(rest).toMatchObject({ wait: true, wait_timeout: 60, destroy_grace_seconds: 95, stop_timeout: 95, stop_signal: "SIGTERM" });
    expect(rest["command"]).toEqual(expect.arrayContaining(["--drain-timeout", "90"]));
  });

  it("sets what the image sets, so that the provider sees no change where none is", () => {
    const { docker_container: containers } = synth(gatewayStack().stack).resource;
    for (const one of Object.values(containers!)) {
      expect(Object.keys(one)).toEqual(expect.arrayContaining(["user", "working_dir", "entrypoint", "command", "log_driver", "log_opts"]));
      expect(one).not.toHaveProperty("cpus");
    }
  });

  it("takes every option", () => {
    const options: Required<Omit<DockerOptions, "image" | "daemon" | "secretsRoot">> = {
      port: 9000,
      host: "0.0.0.0",
      name: "edge",
      baseImage: "mirror/node:24",
      user: "1000:1000",
      groupAdd: ["990"],
      memory: 256,
      drainTimeoutSeconds: 5,
      env: { HTTPS_PROXY: "http://proxy:3128" },
      workers: 2,
      network: "shared",
      hosts: { llm: "10.0.0.7" },
      waitTimeoutSeconds: 10,
      logDriver: "journald",
      logOptions: { tag: "edge" },
    };
    const { stack, gateway } = gatewayStack(options);
    const { resource } = synth(stack);
    expect(resource["docker_container"]!["gateway"]).toMatchObject({
      name: "edge",
      user: "1000:1000",
      group_add: ["990"],
      memory: 256,
      memory_swap: 256,
      env: ["HTTPS_PROXY=http://proxy:3128", "NODE_ENV=production"],
      networks_advanced: [{ name: "shared" }],
      host: [{ host: "llm", ip: "10.0.0.7" }],
      ports: [{ external: 9000, ip: "0.0.0.0" }],
      wait_timeout: 10,
      log_driver: "journald",
      log_opts: { tag: "edge" },
    });
    expect(resource).not.toHaveProperty("docker_network");
    expect(resource["docker_image"]!["gateway"]).toMatchObject({ build: { build_args: { BASE_IMAGE: "mirror/node:24" } } });
    expect(gateway.url).toBe("http://localhost:9000");
  });

  it.each([
    [{ port: 70_000 }, "port must be an integer between 1 and 65535, but 70000 was given"],
    [{ workers: 0 }, "workers must be an integer"],
    [{ drainTimeoutSeconds: 1.5 }, "drainTimeoutSeconds must be an integer"],
    [{ name: "two words" }, "name must consist of"],
    [{ image: "a", baseImage: "b" }, "baseImage must not be given beside image"],
  ])("refuses %j", (options, text) => {
    expect(problems(gatewayStack(options).stack)).toEqual([expect.stringContaining(`[test/Gateway] Platform.docker: ${text}`)]);
  });
});

describe("with tokens in every option", () => {
  it("is valid and keeps them", () => {
    const text = (name: string): string => Token.asString({ resolve: () => `\${var.${name}}` });
    const number = (name: string): number => Token.asNumber({ resolve: () => `\${var.${name}}` });
    const { stack, gateway } = gatewayStack({
      port: number("port"),
      host: text("host"),
      name: text("name"),
      baseImage: text("base"),
      user: text("user"),
      groupAdd: Token.asList({ resolve: () => "${var.groups}" }),
      memory: number("memory"),
      drainTimeoutSeconds: number("drain"),
      env: { A: text("a") },
      workers: number("workers"),
      network: text("network"),
      hosts: { llm: text("llm") },
      secretsRoot: text("root"),
      waitTimeoutSeconds: number("wait"),
    });
    const route = gateway.route("chat", { paths: ["/chat"] });
    new AiProxy(stack, "Chat", { route, target: Target.openai("gpt-4o", { auth: Auth.bearer(Secret.file("keys/a.key")) }) });
    expect(problems(stack)).toEqual([]);
    new TerraformOutput(stack, "url", { value: gateway.url });
    expect(synth(stack).output["url"]).toEqual({ value: "http://${var.host}:${var.port}" });
    expect(synth(stack).resource["docker_container"]!["gateway"]).toMatchObject({
      name: "${var.name}",
      group_add: "${var.groups}",
      memory: "${var.memory}",
      stop_timeout: expect.stringMatching(/var\.drain.* \+ 5/) as unknown,
      command: expect.arrayContaining(["${var.drain}", "${var.workers}"]) as unknown,
      env: ["A=${var.a}", "NODE_ENV=production"],
      ports: [{ external: "${var.port}", ip: "${var.host}" }],
      mounts: expect.arrayContaining([expect.objectContaining({ source: "${var.root}/keys" })]) as unknown,
    });
  });
});

describe("the delivery", () => {
  it("is a container that never runs and puts the document into the volume that the gateway reads", () => {
    const { resource } = synth(gatewayStack().stack);
    const { gateway, gateway_delivery: delivery } = resource["docker_container"]!;
    const source = "${docker_volume.gateway_configuration.name}";
    expect(delivery).toMatchObject({
      start: false,
      must_run: false,
      mounts: [{ type: "volume", source, target: CONFIG_FOLDER, read_only: false }],
      upload: [{ file: "/etc/signalbox/config/kong.json", content: "${jsonencode(local.gateway_configuration)}", permissions: "0644" }],
    });
    expect(gateway).toMatchObject({
      depends_on: ["docker_container.gateway_delivery"],
      mounts: [
        { type: "volume", source, target: CONFIG_FOLDER, read_only: true },
        { type: "volume", source: "${docker_volume.gateway_state.name}", target: STATE_FOLDER, read_only: false },
      ],
    });
    expect(gateway).not.toHaveProperty("upload");
  });
});

describe("secrets", () => {
  it("of one folder are mounted as the secrets folder", () => {
    const { stack, values } = withSecrets({}, Secret.file("/keys/a.key"), Secret.file("/keys/b.key"));
    expect(bindMounts(stack)).toEqual([{ type: "bind", source: "/keys", target: SECRETS_FOLDER, read_only: true }]);
    expect(values()).toEqual(["{vault://file/a.key}", "{vault://file/b.key}"]);
  });

  it("of several folders get a sub folder each", () => {
    const { stack, values } = withSecrets({}, Secret.file("/keys/a.key"), Secret.file("/more/b.key"), Secret.file("/other/more/c.key"));
    expect(bindMounts(stack)).toMatchObject([
      { source: "/keys", target: `${SECRETS_FOLDER}/keys` },
      { source: "/more", target: `${SECRETS_FOLDER}/more-1` },
      { source: "/other/more", target: `${SECRETS_FOLDER}/other-more-2` },
    ]);
    expect(values()).toEqual(["{vault://file/keys/a.key}", "{vault://file/more-1/b.key}", "{vault://file/other-more-2/c.key}"]);
  });

  it("with relative paths start from secretsRoot", () => {
    const { stack } = withSecrets({ secretsRoot: "/srv/acme" }, Secret.file("secrets/a.key"));
    expect(bindMounts(stack)).toMatchObject([{ source: "/srv/acme/secrets" }]);
  });

  it("of the environment pass through a sensitive variable, which synth says", () => {
    const { stack, values } = withSecrets({}, Secret.env("OPENAI_API_KEY"), Secret.env("OPENAI_API_KEY"));
    const { variable, resource } = synth(stack);
    expect(variable).toMatchObject({ OPENAI_API_KEY: { type: "string", sensitive: true, nullable: false } });
    expect(resource["docker_container"]!["gateway"]!["env"]).toEqual(["NODE_ENV=production", "OPENAI_API_KEY=${var.OPENAI_API_KEY}"]);
    expect(values()).toEqual(["{vault://env/OPENAI_API_KEY}", "{vault://env/OPENAI_API_KEY}"]);
    expect(annotations(stack, "warn").filter((text) => text.includes("state"))).toEqual([
      expect.stringContaining('[test/Gateway] Secret.env("OPENAI_API_KEY")'),
    ]);
  });

  it.each(["secrets/", "a b.key", ".."])("refuses the file %j", (path) => {
    expect(() => Secret.file(path)).toThrow("the file's name must consist of");
  });

  it("refuses a name that is no variable's", () => {
    expect(() => Secret.env("openai-key")).toThrow("the name must consist of capital letters");
  });
});

describe("the image", () => {
  it("is built from the runtime, tagged and rebuilt by its content", () => {
    const { docker_image: images } = synth(gatewayStack().stack).resource;
    const { build, triggers, name } = images!["gateway"] as { build: { context: string }; triggers: { runtime: string }; name: string };
    expect(build).toMatchObject({ context: `assets/signalbox_runtime/${triggers.runtime.slice(0, 16)}`, dockerfile: "Dockerfile" });
    expect(name).toBe(`signalbox-gateway:${triggers.runtime.slice(0, 12)}`);
  });

  it("changes with any file's content or name", () => {
    const hashOf = (files: Readonly<Record<string, string>>): string => {
      const folder = mkdtempSync(join(tmpdir(), "signalbox-runtime-"));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      const stack = new TerraformStack(Testing.app({ context: { "signalbox:runtime": folder } }), "test");
      new Gateway(stack, "Gateway", { platform: Platform.docker() });
      return (synth(stack).resource["docker_image"]!["gateway"] as { triggers: { runtime: string } }).triggers.runtime;
    };
    const base = { Dockerfile: "FROM a", main: "b" };
    expect(hashOf(base)).toBe(hashOf({ main: "b", Dockerfile: "FROM a" }));
    expect(new Set([base, { ...base, main: "c" }, { Dockerfile: "FROM a", mian: "b" }].map(hashOf)).size).toBe(3);
  });

  it("is the one that was named", () => {
    const { docker_image: images } = synth(gatewayStack({ image: "registry.example.com/signalbox:1" }).stack).resource;
    expect(images!["gateway"]).toEqual({ name: "registry.example.com/signalbox:1", keep_locally: true });
  });

  it("says what to do where the runtime was not built", () => {
    const stack = new TerraformStack(Testing.app({ context: { "signalbox:runtime": "/nowhere" } }), "test");
    expect(() => new Gateway(stack, "Gateway", { platform: Platform.docker() })).toThrow(
      /\/nowhere.*npm run build.*Platform\.docker\({ image }\)/,
    );
  });
});

describe("stores beside the gateway", () => {
  const vectors = { dimensions: 3, distanceMetric: "cosine" } as const;

  it.each([
    ["redis", VectorDb.redisContainer.bind(VectorDb), 6379],
    ["valkey", VectorDb.valkeyContainer.bind(VectorDb), 6379],
    ["pgvector", VectorDb.pgvectorContainer.bind(VectorDb), 5432],
  ] as const)("%s runs in the private network without a port", (_, factory, port) => {
    const { stack, gateway } = gatewayStack();
    const store = factory(gateway, "Vectors", { ...vectors, memory: 64 });
    expect([store.host, store.port]).toEqual(["vectors", port]);
    const one = synth(stack).resource["docker_container"]!["gateway_vectors"]!;
    expect(one).toMatchObject({
      read_only: true,
      capabilities: { drop: ["ALL"] },
      memory: 64,
      networks_advanced: [{ aliases: ["vectors"] }],
    });
    expect(one).not.toHaveProperty("ports");
  });

  it("takes another image", () => {
    const { stack, gateway } = gatewayStack();
    VectorDb.redisContainer(gateway, "Vectors", { ...vectors, image: "mirror/redis:8" });
    expect(synth(stack).resource["docker_image"]!["gateway_vectors"]).toMatchObject({ name: "mirror/redis:8" });
  });
});

describe("names", () => {
  it("are readable, and a collision is said", () => {
    const { stack } = gatewayStack();
    new Gateway(stack, "gateway", { platform: Platform.docker({ port: 9000 }) });
    expect(problems(stack)).toContainEqual(
      expect.stringContaining("docker_container.gateway is both test/Gateway/Resource and test/gateway/Resource"),
    );
  });

  it("leave a provider of the app's own alone", () => {
    const app: App = Testing.app({ context: { "signalbox:runtime": RUNTIME } });
    const stack = new TerraformStack(app, "test");
    new DockerProvider(stack, "mine", { host: "ssh://deploy@host" });
    new Gateway(stack, "Gateway", { platform: Platform.docker({ daemon: "ssh://ignored" }) });
    expect(synth(stack).provider["docker"]).toEqual([{ host: "ssh://deploy@host" }]);
  });

  it("say where a second provider would be merged with ours", () => {
    const { stack } = gatewayStack();
    new DockerProvider(stack, "mine", {});
    expect(problems(stack)).toContainEqual(expect.stringContaining("Create yours before the Gateway"));
  });
});

describe("a changed weight", () => {
  it("changes the local and nothing else", () => {
    const stackOf = (weight: number) => {
      const { stack, gateway } = gatewayStack();
      const route = gateway.route("chat", { paths: ["/chat"] });
      new AiProxy(stack, "Other", { route: gateway.route("other", { paths: ["/other"] }), target: Target.openai("gpt-4o") });
      AiProxy.fromKong(stack, "Chat", {
        route,
        config: { route_type: "llm/v1/chat", model: { provider: "openai", options: { max_tokens: weight } } },
      });
      return synth(stack);
    };
    const [before, after] = [stackOf(70), stackOf(60)];
    expect({ ...before, locals: undefined }).toEqual({ ...after, locals: undefined });
    expect(before.locals).not.toEqual(after.locals);
  });
});

it("reads the container layout that the Dockerfile has", () => {
  const dockerfile = readFileSync(join(__dirname, "../../container/Dockerfile"), "utf8");
  for (const text of [MAIN, CONFIG_FOLDER, SECRETS_FOLDER, STATE_FOLDER, `USER ${USER}`, "ARG BASE_IMAGE"])
    expect(dockerfile).toContain(text);
});
