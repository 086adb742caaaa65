/**
 * `tsx test/tools/tofu/build.ts` builds OpenTofu from its Go module, once per version, into the user's cache folder, and prints the program's path. It takes
 * some minutes and Go 1.26; the go.mod beside this file says which version.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const MODULE = "github.com/opentofu/opentofu";

/** The version in go.mod, such as `1.12.6`. */
export function tofuVersion(): string {
  const found = new RegExp(`^\\s*${MODULE} v(\\S+)`, "m").exec(readFileSync(join(__dirname, "go.mod"), "utf8"));
  if (found?.[1] === undefined) throw new Error(`test/tools/tofu/go.mod must require ${MODULE}.`);
  return found[1];
}

/** Where the program of this version is, or will be. */
export function tofuPath(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "signalbox", `tofu-${tofuVersion()}`, "tofu");
}

/** Builds it where it is not there yet. Throws where there is no Go, or it is too old. */
export async function buildTofu(): Promise<string> {
  const path = tofuPath();
  if (existsSync(path)) return path;
  mkdirSync(join(path, ".."), { recursive: true });
  // Under another name first: a build that was interrupted must not look like a program.
  const building = `${path}.${process.pid}`;
  const flags = ["-trimpath", "-ldflags", `-s -w -X ${MODULE}/version.dev=no`];
  const child = spawn("go", ["build", ...flags, "-o", building, `${MODULE}/cmd/tofu`], {
    cwd: __dirname,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`go build of OpenTofu ended with ${String(code)}.`);
  renameSync(building, path);
  return path;
}

if (require.main === module) {
  buildTofu().then(
    (path) => process.stdout.write(`${path}\n`),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
