/** Whatever the schema lets a user write is refused at its path or reaches the Engine: nothing is ignored. */
import type Docker from "dockerode";
import type { Attribute, Block, CtyType } from "../../../provider/framework";
import type { Body } from "../../../provider/framework/schema/block";
import { TestCore } from "../../../provider/framework/testing";
import { containerRequest } from "../docker-engine/container";
import { imageRequest } from "../docker-engine/image";
import { networkRequest } from "../docker-engine/network";
import { volumeRequest } from "../docker-engine/volume";
import { dockerProvider } from "./provider";

type Given = Readonly<Record<string, unknown>>;

const core = TestCore.start(dockerProvider(() => ({ ping: () => Promise.resolve("OK") }) as unknown as Docker));
const { resources } = dockerProvider();

const REQUESTS: Readonly<Record<string, (attributes: Given) => unknown>> = {
  docker_container: (attributes) => containerRequest(attributes),
  docker_image: (attributes) => imageRequest(attributes),
  docker_network: (attributes) => networkRequest(attributes),
  docker_volume: (attributes) => volumeRequest(attributes),
};

/** The least that each resource and block asks for. */
const LEAST: Readonly<Record<string, Given>> = {
  docker_container: { name: "c", image: "i" },
  docker_image: { name: "i" },
  docker_network: { name: "n" },
  docker_volume: {},
  "docker_container.capabilities": { drop: ["ALL"] },
  "docker_container.devices": { host_path: "/dev/null" },
  "docker_container.healthcheck": { test: ["NONE"] },
  "docker_container.host": { host: "h", ip: "10.0.0.1" },
  "docker_container.labels": { label: "l", value: "v" },
  "docker_container.mounts": { target: "/t", type: "volume" },
  "docker_container.mounts.volume_options.labels": { label: "l", value: "v" },
  "docker_container.networks_advanced": { name: "n" },
  "docker_container.ports": { internal: 80 },
  "docker_container.ulimit": { hard: 2, name: "nproc", soft: 1 },
  "docker_container.upload": { file: "/f", content: "" },
  "docker_container.volumes": { container_path: "/v", volume_name: "v" },
  "docker_image.build": { context: "." },
  "docker_image.build.auth_config": { host_name: "h" },
  "docker_image.build.secrets": { id: "s" },
  "docker_image.build.ulimit": { hard: 2, name: "nproc", soft: 1 },
  "docker_network.labels": { label: "l", value: "v" },
  "docker_volume.labels": { label: "l", value: "v" },
};

/** Values of a certain form, and those that must not be a default of the mapping. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  "docker_container.healthcheck.interval": "3s",
  "docker_container.healthcheck.start_period": "3s",
  "docker_container.healthcheck.timeout": "3s",
  "docker_container.must_run": false,
  "docker_container.remove_volumes": false,
  "docker_container.start": false,
  "docker_container.upload.permissions": "0600",
  "docker_container.mounts.type": "tmpfs",
  "docker_image.build.remove": false,
};

/** Attributes that take another's place. */
const INSTEAD_OF: Readonly<Record<string, string>> = { content_base64: "content", host_path: "volume_name" };

/** What the request does not hold: it decides on replacement, or says the same in another way. */
const ELSEWHERE = new Set([
  "docker_container.ports.external",
  "docker_image.triggers",
  "docker_image.pull_triggers",
  "docker_image.timeouts",
  "docker_network.check_duplicate",
  "docker_container.upload.content",
]);

function sampleOf(path: string, type: CtyType): unknown {
  if (Object.hasOwn(SAMPLES, path)) return SAMPLES[path];
  switch (type.kind) {
    case "bool":
      return true;
    case "number":
      return 7;
    case "list":
    case "set":
      return ["sample"];
    case "map":
      return { sample: "sample" };
    default:
      return "sample";
  }
}

interface Case {
  readonly path: string;
  readonly type: string;
  /** The whole resource without and with what the case is about. */
  readonly without: Given;
  readonly with: Given;
}

/** Every attribute and block that a user can write, each in the least surroundings that it needs. */
function casesOf(type: string, body: Body, path: string, wrap: (value: Given) => Given): Case[] {
  const least = LEAST[path] ?? {};
  const attributes = Object.entries(body.attributes).filter(([, one]: [string, Attribute]) => one.mode !== "computed");
  return [
    ...attributes.map(([name, one]) => {
      const at = `${path}.${name}`;
      const surroundings = Object.fromEntries(Object.entries(least).filter(([other]) => other !== INSTEAD_OF[name]));
      return { path: at, type, without: wrap(least), with: wrap({ ...surroundings, [name]: sampleOf(at, one.type) }) };
    }),
    ...Object.entries(body.blocks).flatMap(([name, one]: [string, Block]) => {
      const at = `${path}.${name}`;
      const nested = (value: Given): Given => wrap({ ...least, [name]: one.nesting === "single" ? value : [value] });
      return [{ path: at, type, without: wrap(least), with: nested(LEAST[at] ?? {}) }, ...casesOf(type, one, at, nested)];
    }),
  ];
}

const cases = Object.entries(resources).flatMap(([type, { schema }]) => casesOf(type, schema, type, (value) => value));

test("there are cases for every attribute and block", () => {
  expect(cases.length).toBeGreaterThan(180);
});

test.each(cases)("$path", async ({ path, type, without, with: given }) => {
  const diagnostics = await (await core).resource(type).validate(given);
  const errors = diagnostics.filter(({ severity }) => severity === 1);
  if (errors.length > 0) {
    const [first] = errors;
    expect(first?.detail).toContain("is not acted on");
    const steps = (first?.attribute?.steps ?? []).flatMap((step) => ("attributeName" in step ? [step.attributeName] : []));
    expect(steps.length).toBeGreaterThan(0);
    // Core cannot point into a set.
    expect([type, ...steps]).toEqual(path.split(".").slice(0, steps.length + 1));
    return;
  }
  if ([...ELSEWHERE].some((one) => path === one || path.startsWith(`${one}.`))) return;
  const request = REQUESTS[type]!;
  expect(request(given)).not.toEqual(request(without));
});
