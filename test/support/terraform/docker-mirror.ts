import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DOCKER_ADDRESS, DOCKER_VERSION } from "../docker-provider/provider";
import { addToMirror, bundleProvider, copyFromMirror, writeCliConfig } from "./mirror";

/** A mirror with a Docker provider in it. */
export interface DockerMirror {
  /** The mirror's folder, to add further providers to. */
  readonly folder: string;
  /** The CLI configuration that installs from it alone. */
  readonly cliConfig: string;
  /** Whether the stand-in is in it; else it is the provider that DOCKER_PROVIDER_MIRROR names. */
  readonly isStandIn: boolean;
}

/** Makes a mirror with the stand-in for the Docker provider or, where DOCKER_PROVIDER_MIRROR names another mirror, with what that one holds. */
export async function makeDockerMirror(folder: string): Promise<DockerMirror> {
  const mirror = join(folder, "mirror");
  mkdirSync(mirror, { recursive: true });
  const address = DOCKER_ADDRESS.slice(DOCKER_ADDRESS.indexOf("/") + 1);
  const other = process.env["DOCKER_PROVIDER_MIRROR"];
  if (other === undefined || other === "") {
    const bundle = join(folder, "docker-provider.cjs");
    await bundleProvider(join(__dirname, "../docker-provider/main.ts"), bundle);
    addToMirror(mirror, { address, version: DOCKER_VERSION, bundle });
  } else {
    copyFromMirror(mirror, other, address, DOCKER_VERSION);
  }
  const cliConfig = join(folder, "cli.tfrc");
  writeCliConfig(cliConfig, mirror);
  return { folder: mirror, cliConfig, isStandIn: other === undefined || other === "" };
}
