/**
 * `npm run build`: everything that the npm package ships, into dist/.
 *
 *   dist/index.js, index.d.ts      the library (tsc, CommonJS; `import` finds its names too), with constructs/ and config/ beside it
 *   dist/container/                build context of the gateway's image: Dockerfile, and the command bundled with all its libraries; beside it the
 *                                  program of the thread that reads configuration files
 *   dist/cli/main.js               the same command for people: two lines that load it, so that the package carries it once
 *   dist/provider/, dist/release/  the Terraform provider and its framework (see provider.ts)
 *   dist/THIRD-PARTY-NOTICES.txt   licences of the bundled libraries; dist/sbom.cdx.json lists them
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle } from "./bundle";
import { notices } from "./notices";
import { bundledPackages } from "./packages";
import { buildProvider, bundleServe } from "./provider";
import { sbom } from "./sbom";

const root = join(__dirname, "..");
const dist = join(root, "dist");
const context = join(dist, "container");
const bundled = join(context, "dist/cli/main.js");
const loadWorker = join(context, "dist/cli/load-worker.js");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: { readonly node: string };
}

async function buildLibrary(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")], {
      cwd: root,
    });
  } catch (error) {
    throw new Error(`The library does not compile:\n${(error as { stdout?: string }).stdout ?? String(error)}`);
  }
}

async function buildCommand({ name, version, license }: Manifest): Promise<void> {
  const [command] = await Promise.all([
    bundle(join(root, "cli/main.ts"), bundled),
    bundle(join(root, "runtime/reload/load-worker.ts"), loadWorker),
  ]);
  // The thread's libraries are some of the command's.
  const packages = bundledPackages(root, command);
  const attached = { "THIRD-PARTY-NOTICES.txt": notices(packages), "sbom.cdx.json": sbom(name, version, license, packages) };
  mkdirSync(join(dist, "cli"), { recursive: true });
  writeFileSync(join(dist, "cli/main.js"), `#!/usr/bin/env node\nrequire("../container/dist/cli/main.js");\n`, { mode: 0o755 });
  cpSync(join(root, "container/Dockerfile"), join(context, "Dockerfile"));
  cpSync(join(root, "LICENSE"), join(context, "dist/LICENSE"));
  for (const folder of [dist, join(context, "dist")]) {
    for (const [file, text] of Object.entries(attached)) writeFileSync(join(folder, file), text);
  }
  console.log(`the command: ${Math.round(statSync(bundled).size / 1024)} KiB with ${packages.length} packages`);
}

async function main(): Promise<void> {
  const started = process.hrtime.bigint();
  rmSync(dist, { recursive: true, force: true });
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  await Promise.all([buildLibrary().then(() => bundleServe(root)), buildCommand(manifest), buildProvider(root, manifest)]);
  console.log(`built in ${Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
