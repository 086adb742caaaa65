/** Filesystem mirrors of providers: the only place that terraform and tofu install from in the tests. */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** The registries under whose names the same provider is found: a source address without a host means one or the other. */
export const HOSTS = ["registry.terraform.io", "registry.opentofu.org"] as const;

/** This machine, as providers are named after it. */
export const PLATFORM = `${process.platform === "darwin" ? "darwin" : "linux"}_${process.arch === "arm64" ? "arm64" : "amd64"}`;

/** A provider whose program is a bundle for Node. */
export interface BundledProvider {
  /** Without a host, such as `acme/demo`. */
  readonly address: string;
  readonly version: string;
  /** Path of the bundle. */
  readonly bundle: string;
}

const ABSENT = "throw new Error('not in this bundle');";

/** The optional parts of the Engine's client stay out of a bundle: native code, which is asked for in a try, and BuildKit's sessions. */
const withoutOptional: Plugin = {
  name: "without-optional",
  setup(esbuild) {
    esbuild.onResolve({ filter: /\.node$|^cpu-features$/ }, () => ({ path: "native", namespace: "absent" }));
    esbuild.onResolve({ filter: /^\.\/session$/ }, ({ importer }) =>
      importer.includes("dockerode") ? { path: "session", namespace: "absent" } : null,
    );
    esbuild.onLoad({ filter: /^native$/, namespace: "absent" }, () => ({ contents: ABSENT }));
    esbuild.onLoad({ filter: /^session$/, namespace: "absent" }, () => ({ contents: `module.exports = () => { ${ABSENT} };` }));
  },
};

/** Bundles a provider's main file. */
export async function bundleProvider(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.18",
    format: "cjs",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [withoutOptional],
    external: ["@grpc/proto-loader"],
    logLevel: "warning",
  });
}

/** Adds a provider to a mirror, under both hosts: a launcher, and the bundle beside it. */
export function addToMirror(mirror: string, { address, version, bundle }: BundledProvider): void {
  const name = address.slice(address.lastIndexOf("/") + 1);
  for (const host of HOSTS) {
    const folder = join(mirror, host, address, version, PLATFORM);
    mkdirSync(folder, { recursive: true });
    copyFileSync(bundle, join(folder, "provider.cjs"));
    const launcher = join(folder, `terraform-provider-${name}_v${version}`);
    copyFileSync(join(__dirname, "launcher.sh"), launcher);
    chmodSync(launcher, 0o755);
  }
}

/**
 * Adds a provider that another mirror holds, packed or unpacked, under both hosts; it is enough that the other one has it under one of them.
 *
 * @throws Error where it holds nothing for this machine
 */
export function copyFromMirror(mirror: string, source: string, address: string, version: string): void {
  const name = address.slice(address.lastIndexOf("/") + 1);
  const forms = [join(version, PLATFORM), `terraform-provider-${name}_${version}_${PLATFORM}.zip`];
  const places = HOSTS.flatMap((host) => forms.map((form) => ({ form, path: join(source, host, address, form) })));
  const found = places.find(({ path }) => existsSync(path));
  if (found === undefined) throw new Error(`${source} must hold one of ${places.map(({ path }) => path).join(", ")}, but does not.`);
  for (const host of HOSTS) cpSync(found.path, join(mirror, host, address, found.form), { recursive: true });
}

/** Writes a CLI configuration that installs from the mirror and from nowhere else. */
export function writeCliConfig(file: string, mirror: string): void {
  const lines = [
    "disable_checkpoint = true",
    "provider_installation {",
    "  filesystem_mirror {",
    `    path = ${JSON.stringify(mirror)}`,
    "  }",
    "}",
    "",
  ];
  writeFileSync(file, lines.join("\n"));
}
