/**
 * `npm run bench:provider`: what a provider in TypeScript costs a terraform command: start to handshake (three to five processes of it per command), memory,
 * and a plan of 500 resources. The provider is the fixture of the tests, installed as a launcher and a bundle. Needs Linux and terraform on the PATH.
 *
 *   --starts N   starts that are measured (default 21)
 *   --plans N    plans that are measured (default 5)
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MAGIC_COOKIE } from "../../provider/rpc/handshake";
import { createCertificate } from "../../provider/rpc/certificate";
import { type BuiltProvider, buildProvider } from "../../test/support/provider/fixture/build";
import { Workspace } from "../../test/support/provider/terraform";
import { median } from "../statistics";
import { peakMebibytes, residentMebibytes } from "./memory";

const RESOURCES = 500;
const GOALS = { startMs: 250, mebibytes: 90, planMs: 5000 } as const;

interface Start {
  readonly ms: number;
  readonly mebibytes: number;
}

/** From the start of a program to its first output; then it is ended. */
function start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Start> {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], env: { PATH: process.env["PATH"], ...env } });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.stdout.once("data", () => {
      const ms = performance.now() - began;
      const mebibytes = residentMebibytes(child.pid!);
      child.once("close", () => resolve({ ms, mebibytes }));
      child.kill("SIGKILL");
    });
  });
}

/** Provider and bare Node take turns, so that what disturbs the machine disturbs both. */
async function measureStarts({ executable }: BuiltProvider, folder: string, rounds: number): Promise<{ provider: Start; nodeMs: number }> {
  const env = {
    [MAGIC_COOKIE.name]: MAGIC_COOKIE.value,
    PLUGIN_CLIENT_CERT: createCertificate().certificatePem,
    PLUGIN_UNIX_SOCKET_DIR: folder,
  };
  const taken: { provider: Start; node: Start }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    taken.push({
      node: await start("node", ["-e", "process.stdout.write('1'); setTimeout(() => {}, 1000)"], {}),
      provider: await start(executable, [], env),
    });
  }
  return {
    provider: { ms: median(taken.map(({ provider }) => provider.ms)), mebibytes: median(taken.map(({ provider }) => provider.mebibytes)) },
    nodeMs: median(taken.map(({ node }) => node.ms)),
  };
}

interface Plans {
  readonly createMs: number;
  readonly refreshMs: number;
  readonly peakMebibytes: number;
}

async function measurePlans({ bundle, cliConfig }: BuiltProvider, rounds: number): Promise<Plans> {
  const workspace = new Workspace({ env: { TF_CLI_CONFIG_FILE: cliConfig } });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, peakMebibytes(bundle))), 50);
  const plan = async (): Promise<number> => {
    const began = performance.now();
    await workspace.planIsEmpty();
    return performance.now() - began;
  };
  const plans = async (): Promise<number> => {
    const taken: number[] = [];
    for (let round = 0; round < rounds; round += 1) taken.push(await plan());
    return median(taken);
  };
  try {
    workspace.configure(`resource "fixture_item" "many" {\n  count = ${RESOURCES}\n  name  = "item-\${count.index}"\n}\n`);
    await workspace.succeed("init", "-input=false");
    const createMs = await plans();
    await workspace.apply();
    return { createMs, refreshMs: await plans(), peakMebibytes: peak };
  } finally {
    clearInterval(watch);
    workspace.remove();
  }
}

function line(name: string, value: number, unit: string, goal: number, more = ""): string {
  return `${name.padEnd(38)} ${value.toFixed(0).padStart(6)} ${unit.padEnd(3)}  goal ${goal} ${unit}: ${value <= goal ? "met" : "MISSED"}${more}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { starts: { type: "string", default: "21" }, plans: { type: "string", default: "5" } } });
  const folder = mkdtempSync(join(tmpdir(), "bench-provider-"));
  try {
    const built = await buildProvider(folder, join(__dirname, "../../test/support/provider/fixture/main.ts"));
    const { provider, nodeMs } = await measureStarts(built, folder, Number(values.starts));
    const more = `  (bare Node ${nodeMs.toFixed(0)} ms, ratio ${(provider.ms / nodeMs).toFixed(2)})`;
    console.log(line("start to handshake, median", provider.ms, "ms", GOALS.startMs, more));
    console.log(line("resident memory at handshake, median", provider.mebibytes, "MiB", GOALS.mebibytes));
    const plans = await measurePlans(built, Number(values.plans));
    console.log(line(`resident memory, peak of all commands`, plans.peakMebibytes, "MiB", GOALS.mebibytes));
    console.log(line(`plan of ${RESOURCES} new resources, median`, plans.createMs, "ms", GOALS.planMs));
    console.log(line(`plan of ${RESOURCES} resources there, median`, plans.refreshMs, "ms", GOALS.planMs));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
