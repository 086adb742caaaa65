/** Which npm packages ended up in a bundle, told by esbuild's metafile. */
import type { Metafile } from "esbuild";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package of which at least one byte is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression from its package.json. */
  readonly license: string;
  readonly homepage: string | undefined;
  readonly author: string | undefined;
  /** Its licence and notice files, one after the other; empty where it brings none. */
  readonly licenseText: string;
  /** `sha512-…` of its tarball, from the lock file. */
  readonly integrity: string | undefined;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string } | undefined>>;
}

const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const licenseFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The folders of packages below `node_modules` that `metafile` took something from, relative to the root, sorted. */
export function packageFolders(metafile: Metafile): readonly string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return [...new Set(inputs.flatMap((path) => packageFolder.exec(path)?.[0] ?? []))].sort();
}

/** npm allows `owner/name` and git addresses where a reader (and an SBOM) wants one that a browser opens. */
const webAddress = (address: string): string =>
  /^[\w.-]+\/[\w.-]+$/.test(address) ? `https://github.com/${address}` : address.replace(/^git(\+https)?:/, "https:");

function readPackage(root: string, folder: string, lock: LockFile): BundledPackage {
  const home = join(root, folder);
  const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Manifest;
  const license = typeof manifest.license === "object" ? manifest.license.type : manifest.license;
  if (license === undefined) throw new Error(`${folder} is bundled, so its package.json must name a licence, but it names none.`);
  const texts = readdirSync(home)
    .filter((file) => licenseFile.test(file))
    .sort()
    .map((file) => readFileSync(join(home, file), "utf8").replaceAll("\r\n", "\n").trim());
  const homepage = manifest.homepage ?? (typeof manifest.repository === "object" ? manifest.repository.url : manifest.repository);
  return {
    name: manifest.name,
    version: manifest.version,
    license,
    homepage: homepage === undefined ? undefined : webAddress(homepage),
    author: typeof manifest.author === "object" ? manifest.author.name : manifest.author?.replace(/\s*[<(].*$/, ""),
    licenseText: texts.join("\n\n"),
    integrity: lock.packages[folder]?.integrity,
  };
}

/** The packages in the bundle by name and version, each once. Throws where one names no licence. */
export function bundledPackages(root: string, metafile: Metafile): readonly BundledPackage[] {
  const lockFile = join(root, "package-lock.json");
  const lock = existsSync(lockFile) ? (JSON.parse(readFileSync(lockFile, "utf8")) as LockFile) : { packages: {} };
  const found = packageFolders(metafile).map((folder) => readPackage(root, folder, lock));
  const byKey = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
