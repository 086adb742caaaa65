/** Whole lives of the four resources under core's rules, against an Engine in memory that also fails now and then. */
import { fc } from "../properties";
import { tmpdir } from "node:os";
import { TestCore } from "../../../provider/framework/testing";
import type { ResourceType } from "../docker-engine/template";
import { FakeDocker } from "./fake-docker";
import { dockerProvider } from "./provider";

type Given = Readonly<Record<string, unknown>>;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
const labels = fc.uniqueArray(fc.record({ label: fc.constantFrom("a", "b"), value: fc.constantFrom("1", "2") }), {
  selector: ({ label }) => label,
});
const strings = fc.uniqueArray(fc.constantFrom("A=1", "B=2", "C=3"));

const CONFIGS: Readonly<Record<ResourceType, fc.Arbitrary<Given>>> = {
  docker_network: fc.record({
    name: fc.constantFrom("n", "m"),
    driver: maybe(fc.constant("bridge")),
    internal: maybe(fc.boolean()),
    labels,
  }),
  docker_volume: fc.record({ name: maybe(fc.constantFrom("v", "w")), driver: maybe(fc.constant("local")), labels }),
  docker_image: fc.record({
    name: fc.constantFrom("i", "j"),
    build: fc.record({ context: fc.constant("."), dockerfile: maybe(fc.constant("Dockerfile")) }).map((one) => [one]),
    triggers: maybe(fc.dictionary(fc.constant("hash"), fc.constantFrom("1", "2"), { noNullPrototype: true })),
    keep_locally: fc.constantFrom(null, false),
  }),
  docker_container: fc.record({
    name: fc.constantFrom("c", "d"),
    image: fc.constantFrom("base", "sha256:base"),
    command: maybe(fc.array(fc.constantFrom("a", "b"), { maxLength: 2 })),
    env: maybe(strings),
    memory: maybe(fc.constantFrom(64, 128)),
    restart: maybe(fc.constantFrom("no", "always")),
    must_run: maybe(fc.constant(true)),
    start: maybe(fc.constant(true)),
    wait: maybe(fc.boolean()),
    destroy_grace_seconds: maybe(fc.constant(5)),
    stop_signal: maybe(fc.constant("SIGTERM")),
    security_opts: maybe(fc.constant(["no-new-privileges:true"])),
    tmpfs: maybe(fc.constant({ "/tmp": "size=1m" })),
    labels,
    ports: fc.array(
      fc.record({ internal: fc.constantFrom(80, 81), external: maybe(fc.constant(8080)), ip: maybe(fc.constant("127.0.0.1")) }),
      { maxLength: 2 },
    ),
    upload: fc.array(fc.record({ file: fc.constantFrom("/a", "/b"), content: fc.constantFrom("x", "y") }), { maxLength: 1 }),
    networks_advanced: fc.array(fc.record({ name: fc.constant("n"), aliases: maybe(fc.constant(["c"])) }), { maxLength: 1 }),
  }),
};

/** Operations after which a container exists that is not finished. */
const FAILURES = ["start", "putArchive", "connect"] as const;

async function settled(resource: ReturnType<TestCore["resource"]>, config: Given): Promise<void> {
  expect(await resource.read()).toEqual([]);
  expect(resource.state).not.toBeNull();
  expect((await resource.plan(config)).action).toBe("none");
}

test.each(Object.keys(CONFIGS) as ResourceType[])(
  "%s",
  async (type) => {
    const life = fc.asyncProperty(
      fc.array(CONFIGS[type], { minLength: 1, maxLength: 4 }),
      fc.option(fc.constantFrom(...FAILURES)),
      async (configs, failure) => {
        const docker = new FakeDocker();
        const core = await TestCore.start(dockerProvider(() => docker.client, tmpdir()));
        const resource = core.resource(type);
        for (const config of configs) {
          expect(await resource.validate(config)).toEqual([]);
          docker.failAt = failure ?? undefined;
          const first = await resource.apply(await resource.plan(config));
          const hasFailed = first.diagnostics.length > 0;
          docker.failAt = undefined;
          if (hasFailed) {
            // What was created is kept, and is all that there is.
            expect(docker.left).toEqual([resource.state?.["id"]]);
            expect(resource.isTainted).toBe(true);
            await resource.apply(await resource.plan(null));
            expect((await resource.apply(await resource.plan(config))).diagnostics).toEqual([]);
          }
          await settled(resource, config);
          expect(docker.left).toHaveLength(1);
        }
        expect((await resource.apply(await resource.plan(null))).diagnostics).toEqual([]);
        expect(docker.left).toEqual([]);
      },
    );
    await fc.assert(life, { numRuns: 25, seed: 5, endOnFailure: true });
  },
  120_000,
);

test.each(Object.keys(CONFIGS) as ResourceType[])("%s that somebody removed is gone at the next read", async (type) => {
  const docker = new FakeDocker();
  const core = await TestCore.start(dockerProvider(() => docker.client, tmpdir()));
  const resource = core.resource(type);
  const [config] = fc.sample(CONFIGS[type], { numRuns: 1, seed: 3 });
  await resource.apply(await resource.plan(config!));
  for (const map of [docker.networks, docker.volumes, docker.containers, docker.images]) map.clear();
  expect(await resource.read()).toEqual([]);
  expect(resource.state).toBeNull();
});

test("a container that ended is removed at the next read where it must run, and left alone where it need not", async () => {
  for (const [must_run, left] of [
    [true, 0],
    [null, 0],
    [false, 1],
  ] as const) {
    const docker = new FakeDocker();
    const core = await TestCore.start(dockerProvider(() => docker.client));
    const resource = core.resource("docker_container");
    await resource.apply(await resource.plan({ name: "c", image: "base", must_run }));
    await docker.getContainer([...docker.containers.keys()][0]!).stop();
    await resource.read();
    expect([must_run, docker.left.length, resource.state === null]).toEqual([must_run, left, left === 0]);
  }
});

const PORTS = [
  { internal: 80, external: null, ip: null },
  { internal: 81, external: 8081, ip: "127.0.0.1" },
];
const BEFORE = { name: "c", image: "base", memory: 64, env: ["A=1"], ports: PORTS, labels: [{ label: "a", value: "1" }] };

test.each([
  ["nothing", {}, "none"],
  ["memory", { memory: 128 }, "update"],
  ["the restart policy", { restart: "always" }, "update"],
  ["the grace at removal", { destroy_grace_seconds: 5 }, "update"],
  ["memory, and an environment variable", { memory: 128, env: ["A=2"] }, "replace"],
  ["one port less", { ports: PORTS.slice(0, 1) }, "replace"],
  ["no port", { ports: [] }, "replace"],
  ["one port more", { ports: [...PORTS, { internal: 82 }] }, "replace"],
  ["the host's port", { ports: [PORTS[0], { ...PORTS[1], external: 8082 }] }, "replace"],
  ["memory, with a host's port that the Engine chose", { memory: 128, ports: [...PORTS] }, "update"],
  ["a label", { labels: [{ label: "a", value: "2" }] }, "replace"],
  ["no label", { labels: [] }, "replace"],
  ["the image", { image: "sha256:base" }, "replace"],
  ["start", { start: false, must_run: false }, "replace"],
])("a change of %s", async (_, change, action) => {
  const docker = new FakeDocker();
  const resource = (await TestCore.start(dockerProvider(() => docker.client))).resource("docker_container");
  await resource.apply(await resource.plan(BEFORE));
  const planned = await resource.plan({ ...BEFORE, ...change });
  expect(planned.action).toBe(action);
  expect((await resource.apply(planned)).diagnostics).toEqual([]);
  expect((await resource.plan({ ...BEFORE, ...change })).action).toBe("none");
});
