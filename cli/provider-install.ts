import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PROVIDER_NAME, PROVIDER_SOURCE, REGISTRY_HOSTS } from "../provider/address";
import { CannotRun, describeError, EXIT } from "./errors";
import type { Io } from "./io";

/** Arguments of `signalbox provider install`. */
export interface ProviderInstallOptions {
  /** The mirror's folder. Default: `~/.terraform.d/plugins`, where Terraform and OpenTofu look without being told. */
  readonly dir?: string | undefined;
  /** Print one JSON object instead of text. */
  readonly json: boolean;
}

/** Where things are; injected, so that a test can say so. */
export interface ProviderInstallPlaces {
  /** Folder with the provider's launcher and bundle. */
  readonly plugin: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly home: string;
}

const LAUNCHER = new RegExp(`^terraform-provider-${PROVIDER_NAME}_v(.+)$`);
const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: "linux", darwin: "darwin", freebsd: "freebsd" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64", ia32: "386", arm: "arm" };

/** The package's own places and this machine. */
export function ownPlaces(): ProviderInstallPlaces {
  return { plugin: pluginFolder(__dirname), platform: process.platform, arch: process.arch, home: homedir() };
}

/** The command runs from the sources as well as from a bundle some folders deep, so it looks upwards for the package's own folder. */
function pluginFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, "dist", "provider", "plugin");
    if (existsSync(candidate) || dirname(folder) === folder) return candidate;
  }
}

/**
 * Fills a filesystem mirror with the provider, under the registries of Terraform and of OpenTofu, and prints the CLI configuration that uses it.
 * @throws CannotRun where the provider is not there or the folder cannot be written.
 */
export function providerInstall(options: ProviderInstallOptions, io: Io, places: ProviderInstallPlaces = ownPlaces()): number {
  const platform = platformName(places);
  const { version, files } = builtProvider(places.plugin);
  const implied = join(places.home, ".terraform.d", "plugins");
  const mirror = options.dir === undefined ? implied : resolve(options.dir);
  const folders = REGISTRY_HOSTS.map((host) => join(mirror, host, ...PROVIDER_SOURCE.split("/"), version, platform));
  try {
    for (const folder of folders) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      for (const file of files) cpSync(join(places.plugin, file), join(folder, file));
    }
  } catch (error) {
    throw new CannotRun(`The folder ${mirror} must be writable: ${describeError(error)}. Name another one with --dir.`);
  }
  const installed = { source: PROVIDER_SOURCE, version, platform, mirror, folders, cliConfiguration: cliConfiguration(mirror) };
  io.stdout(options.json ? `${JSON.stringify(installed, undefined, 2)}\n` : text(installed, mirror === implied));
  return EXIT.ok;
}

function platformName({ platform, arch }: ProviderInstallPlaces): string {
  const [system, architecture] = [SYSTEMS[platform], ARCHITECTURES[arch]];
  if (system !== undefined && architecture !== undefined) return `${system}_${architecture}`;
  throw new CannotRun(
    `The provider's launcher needs a UNIX shell, and this is ${platform} on ${arch}. Use the stand-alone build of the provider there.`,
  );
}

function builtProvider(folder: string): { readonly version: string; readonly files: readonly string[] } {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const file of files) {
    const version = LAUNCHER.exec(file)?.[1];
    if (version !== undefined && readFileSync(join(folder, file), "utf8").startsWith("#!")) return { version, files };
  }
  throw new CannotRun(
    `The provider must lie in ${folder}, but it is not there. Install the npm package signalbox, or run "npm run build" in its repository.`,
  );
}

/** Both hosts come from the mirror, everything else from where it always comes from. */
function cliConfiguration(mirror: string): string {
  const include = REGISTRY_HOSTS.map((host) => JSON.stringify(`${host}/${PROVIDER_SOURCE}`)).join(", ");
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(mirror)}`,
    `    include = [${include}]`,
    "  }",
    "  direct {",
    `    exclude = [${include}]`,
    "  }",
    "}",
    "",
  ].join("\n");
}

interface Installed {
  readonly version: string;
  readonly platform: string;
  readonly mirror: string;
  readonly cliConfiguration: string;
}

function text({ version, platform, mirror, cliConfiguration: configuration }: Installed, isImplied: boolean): string {
  const how = isImplied
    ? "Terraform and OpenTofu look there by themselves, unless ~/.terraformrc or ~/.tofurc has a provider_installation block. Then put this into it:"
    : "Put this into ~/.terraformrc (Terraform) or ~/.tofurc (OpenTofu), or into a file that TF_CLI_CONFIG_FILE names:";
  return [
    `Installed ${PROVIDER_SOURCE} ${version} for ${platform} in ${mirror}`,
    "",
    how,
    "",
    configuration,
    "In the configuration:",
    "",
    "terraform {",
    "  required_providers {",
    `    ${PROVIDER_NAME} = { source = ${JSON.stringify(PROVIDER_SOURCE)}, version = ${JSON.stringify(version)} }`,
    "  }",
    "}",
    "",
  ].join("\n");
}
