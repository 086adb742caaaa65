/**
 * The Terraform provider, for three ways to get it.
 *
 *   dist/provider/plugin/    launcher, version check and bundle: what `signalbox provider install` lays out
 *   dist/provider/           the framework as a library: tsc's modules, and `serve` bundled with the libraries that it needs
 *   dist/release/            what a registry takes: a zip per platform, the manifest, the sums
 */
import { build as esbuild, type Metafile, type Plugin, type PluginBuild } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROVIDER_NAME } from "../provider/address";
import { launcherText, mainText } from "./launcher";
import { notices } from "./notices";
import { bundledPackages } from "./packages";
import { sbom } from "./sbom";
import { zip, type ZipEntry } from "./zip";

/** What the build must know of the package. */
export interface ProviderManifest {
  readonly name: string;
  readonly license: string;
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Platforms of the zips: the launcher is a shell script, so Windows needs the stand-alone build. */
const PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"] as const;

const OPTIONS = {
  bundle: true,
  platform: "node",
  target: "node20.18",
  format: "cjs",
  charset: "utf8",
  // Names included: the program is loaded several times in each command of Terraform, and what people see of it are diagnostics.
  minify: true,
  legalComments: "none",
  metafile: true,
  // Of grpc-js, for services that the provider does not offer.
  external: ["@grpc/proto-loader"] as string[],
  logLevel: "warning",
} as const;

/** Name of the program, as registries and mirrors want it. */
export const executableName = (version: string): string => `terraform-provider-${PROVIDER_NAME}_v${version}`;

/** Bundles the provider's program into `outfile`. */
export async function bundleProvider(root: string, outfile: string): Promise<Metafile> {
  return (await esbuild({ ...OPTIONS, entryPoints: [join(root, "provider/main.ts")], outfile })).metafile;
}

/** Leaves the framework out of a bundle, as two copies of its classes would not know each other's values. */
function frameworkStaysOutside(root: string): Plugin {
  const framework = join(root, "provider/framework");
  return {
    name: "framework stays outside",
    setup: (build: PluginBuild) => {
      build.onResolve({ filter: /^\.\.\/framework(\/|$)/ }, ({ path, resolveDir }) => {
        const target = join(resolveDir, path);
        if (relative(framework, target).startsWith("..")) return undefined;
        return { path: `../framework/${relative(framework, target) || "index"}.js`, external: true };
      });
    },
  };
}

/** Replaces tsc's modules of `provider/rpc` by one bundle: what they import is not installed with the package. */
export async function bundleServe(root: string): Promise<Metafile> {
  const folder = join(root, "dist/provider/rpc");
  for (const file of readdirSync(folder)) {
    if (file !== "serve.d.ts") rmSync(join(folder, file), { recursive: true });
  }
  const { metafile } = await esbuild({
    ...OPTIONS,
    entryPoints: [join(root, "provider/rpc/serve.ts")],
    outfile: join(folder, "serve.js"),
    plugins: [frameworkStaysOutside(root)],
  });
  return metafile;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function write(file: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode });
}

/** Name of a release's zip for a platform such as `linux_amd64`. */
export const releaseName = (version: string, platform: string): string => `${releaseBase(version)}_${platform}.zip`;

const releaseBase = (version: string): string => `terraform-provider-${PROVIDER_NAME}_${version}`;

/** The sums of files by their names, in the form of `sha256sum`, sorted by name. */
function sumsText(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, content]) => `${sha256(content)}  ${name}\n`)
    .join("");
}

/** The files of a release: a zip per platform, the manifest that names the protocol, and the sums. */
export function releaseFiles(version: string, entries: readonly ZipEntry[]): ReadonlyMap<string, Uint8Array> {
  const archive = zip(entries);
  const manifest = Buffer.from(`${JSON.stringify({ version: 1, metadata: { protocol_versions: ["6.0"] } }, null, 2)}\n`);
  const files = new Map<string, Uint8Array>([
    ...PLATFORMS.map((platform) => [releaseName(version, platform), archive] as const),
    [`${releaseBase(version)}_manifest.json`, manifest],
  ]);
  return files.set(sumsName(version), Buffer.from(sumsText(files)));
}

const sumsName = (version: string): string => `${releaseBase(version)}_SHA256SUMS`;

/** Writes the sums anew, after a file of the release was added or replaced. */
export function updateSums(folder: string, version: string): void {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${releaseBase(version)}_`) && name !== sumsName(version));
  write(join(folder, sumsName(version)), sumsText(new Map(names.map((name) => [name, readFileSync(join(folder, name))]))));
}

/** Builds dist/provider/plugin and dist/release. */
export async function buildProvider(root: string, { name: product, version, license, engines }: ProviderManifest): Promise<void> {
  const plugin = join(root, "dist/provider/plugin");
  const packages = bundledPackages(root, await bundleProvider(root, join(plugin, "provider.cjs")));
  const minimum = engines.node.replace(/^>=/, "");
  const texts: readonly (readonly [name: string, text: string, executable: boolean])[] = [
    [executableName(version), launcherText(minimum), true],
    ["main.cjs", mainText(minimum), false],
    ["LICENSE", readFileSync(join(root, "LICENSE"), "utf8"), false],
    ["THIRD-PARTY-NOTICES.txt", notices(packages, "The Terraform provider of Signalbox contains"), false],
    ["sbom.cdx.json", sbom(`${product}-provider`, version, license, packages), false],
  ];
  for (const [name, text, executable] of texts) write(join(plugin, name), text, executable ? 0o755 : 0o644);
  const bundled = readFileSync(join(plugin, "provider.cjs"));
  const entries: ZipEntry[] = [
    ...texts.map(([name, text, executable]) => ({ name, content: Buffer.from(text), executable })),
    { name: "provider.cjs", content: bundled, executable: false },
  ];
  for (const [name, content] of releaseFiles(version, entries)) write(join(root, "dist/release", name), content);
  console.log(`the provider: ${Math.round(bundled.length / 1024)} KiB with ${packages.length} packages`);
}
