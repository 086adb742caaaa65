import Docker from "dockerode";
import { attribute, block, defineProvider, defineSchema, Path, ProviderError, t, type Provider } from "../../../provider/framework";
import { Engine } from "../docker-engine/engine";
import type { DockerClient } from "./client";
import { container } from "./container";
import { image } from "./image";
import { network } from "./network";
import { refused } from "./schema-parts";
import { volume } from "./volume";

/** Source address of the provider that this one stands in for. */
export const DOCKER_ADDRESS = "registry.terraform.io/kreuzwerker/docker";

/** Its version. */
export const DOCKER_VERSION = "3.6.2";

const UNIX_OR_TCP = "the stand-in reaches an Engine by a unix socket or by plain TCP";
const text = (why: string) => attribute.string({ optional: true, validators: [refused(why)] });

const schema = defineSchema({
  attributes: {
    ca_material: text(UNIX_OR_TCP),
    cert_material: text(UNIX_OR_TCP),
    cert_path: text(UNIX_OR_TCP),
    context: text(`${UNIX_OR_TCP}; name it in host`),
    disable_docker_daemon_check: attribute.bool({ optional: true }),
    host: attribute.string({ optional: true }),
    key_material: text(UNIX_OR_TCP),
    ssh_opts: attribute.list(t.string, { optional: true, validators: [refused(UNIX_OR_TCP)] }),
  },
  blocks: {
    registry_auth: block.set({
      attributes: {
        address: attribute.string({ required: true }),
        auth_disabled: attribute.bool({ optional: true }),
        config_file: attribute.string({ optional: true }),
        config_file_content: attribute.string({ optional: true }),
        password: attribute.string({ optional: true, sensitive: true }),
        username: attribute.string({ optional: true }),
      },
      validators: [refused("no registry is ever asked")],
    }),
  },
});

/** The Engine at an address of the provider's `host`; without one, that of DOCKER_HOST or this machine's. @throws ProviderError */
export function connect(host: string | null): Docker {
  if (host === null) return new Docker();
  const [, scheme, rest = ""] = /^(unix|tcp):\/\/(.+)$/.exec(host) ?? [];
  if (scheme === "unix") return new Docker({ socketPath: rest });
  const [, name, port] = /^(.+):(\d+)$/.exec(rest) ?? [];
  if (scheme === "tcp" && name !== undefined) return new Docker({ protocol: "http", host: name, port: Number(port) });
  throw new ProviderError("Not supported by the stand-in", {
    detail: `host must be unix:///path or tcp://name:port, but something else was given: ${UNIX_OR_TCP}.`,
    path: Path.root("host"),
  });
}

/**
 * A stand-in for the provider `kreuzwerker/docker` 3.6.2: the same schema, and of its four everyday resources the same behaviour.
 * What it does not act on, it refuses.
 *
 * @param dockerAt makes the client of the Engine at `host`; build contexts are relative to `directory`
 */
export function dockerProvider(dockerAt: (host: string | null) => Docker = connect, directory = process.cwd()): Provider {
  return defineProvider({
    name: "docker",
    schema,
    async configure({ config }): Promise<DockerClient> {
      const docker = dockerAt(config.host);
      if (config.disable_docker_daemon_check !== true) await docker.ping();
      return { docker, engine: new Engine(docker, directory) };
    },
    resources: { docker_image: image, docker_container: container, docker_network: network, docker_volume: volume },
  });
}
