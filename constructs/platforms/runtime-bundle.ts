import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Context key that names another folder with a Dockerfile than the packaged one. */
export const RUNTIME_CONTEXT_KEY = "signalbox:runtime";

/** A folder from which the gateway's image is built. */
export interface RuntimeBundle {
  /** Absolute path. */
  readonly folder: string;
  /** Hash of all names and contents; equal folders have equal hashes on every machine. */
  readonly hash: string;
}

/**
 * The folder that holds the Dockerfile and the bundled runtime.
 *
 * @param folder Another folder than the packaged one.
 * @throws Error if it is not there, which is so in a repository that was not built.
 */
export function runtimeBundle(folder: string = packagedFolder()): RuntimeBundle {
  if (!existsSync(join(folder, "Dockerfile"))) {
    throw new Error(
      `The gateway's image is built from ${folder}, which must hold a Dockerfile, but there is none. Run \`npm run build\`, or give Platform.docker({ image }).`,
    );
  }
  return { folder, hash: hashFolder(folder) };
}

function packagedFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (isOurPackage(join(folder, "package.json"))) return join(folder, "dist", "container");
    if (dirname(folder) === folder) {
      throw new Error(
        `The folder ${__dirname} must lie in the package signalbox, but no package.json above it is that of signalbox. Give Platform.docker({ image }).`,
      );
    }
  }
}

function isOurPackage(file: string): boolean {
  if (!existsSync(file)) return false;
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { readonly name?: unknown };
  return manifest.name === "signalbox";
}

function hashFolder(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
