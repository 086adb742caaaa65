/**
 * `tsx build/provider-sea.ts` (after `npm run build`): the provider as a program that needs no Node, in dist/release. It is made for the system and the
 * processor that it runs on, from the Node that runs it; 100 MB, hence no part of the npm package. postject comes from npm on the fly.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { executableName, releaseName, updateSums } from "./provider";
import { zip } from "./zip";

const root = join(__dirname, "..");
/** Says where Node looks for the blob. Of Node's documentation on single executable applications. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const POSTJECT = "postject@1.0.0-alpha.6";
const SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Node's own licence, which has to travel with a copy of it: where its archives and Debian's package put it. */
function nodeLicense(): Buffer {
  const places = [
    join(dirname(realpathSync(process.execPath)), "../LICENSE"),
    "/usr/share/doc/nodejs/LICENSE",
    "/usr/share/doc/nodejs/copyright",
  ];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`Node's licence must travel with the program, but it is at none of ${places.join(", ")}.`);
  return readFileSync(found);
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: "inherit", shell: process.platform === "win32" });
}

/** Puts the bundle into a copy of this Node. */
function makeExecutable(folder: string, executable: string): void {
  const config = join(folder, "sea.json");
  const blob = join(folder, "provider.blob");
  const main = join(root, "dist/provider/plugin/provider.cjs");
  writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }));
  run(process.execPath, "--experimental-sea-config", config);
  copyFileSync(process.execPath, executable);
  chmodSync(executable, 0o755);
  const isMac = process.platform === "darwin";
  if (isMac) run("codesign", "--remove-signature", executable);
  const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : [];
  run("npx", "--yes", POSTJECT, executable, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE, ...segment);
  if (isMac) run("codesign", "--sign", "-", executable);
}

function main(): void {
  const system = SYSTEMS[process.platform];
  const architecture = ARCHITECTURES[process.arch];
  if (system === undefined || architecture === undefined)
    throw new Error(`There is no stand-alone build for ${process.platform} on ${process.arch}.`);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const folder = mkdtempSync(join(tmpdir(), "signalbox-sea-"));
  try {
    const name = `${executableName(version)}${system === "windows" ? ".exe" : ""}`;
    const executable = join(folder, name);
    makeExecutable(folder, executable);
    const attached = ["LICENSE", "THIRD-PARTY-NOTICES.txt"].map((file) => ({
      name: file,
      content: readFileSync(join(root, "dist/provider/plugin", file)),
      executable: false,
    }));
    const release = join(root, "dist/release");
    mkdirSync(release, { recursive: true });
    writeFileSync(
      join(release, releaseName(version, `${system}_${architecture}`)),
      zip([
        { name, content: readFileSync(executable), executable: true },
        { name: "LICENSE-node.txt", content: nodeLicense(), executable: false },
        ...attached,
      ]),
    );
    updateSums(release, version);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
