import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startCommand, type RunningCommand } from "./folder";

const TOOL = join(__dirname, "../../tools/cdktf");
const PROGRAM = join(TOOL, "node_modules/.bin/cdktf");

/** Installs the CDKTF command line of test/tools/cdktf where it is missing. */
export async function ensureCdktf(): Promise<void> {
  if (existsSync(PROGRAM)) return;
  await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: TOOL, maxBuffer: 16 * 1024 * 1024 });
}

/**
 * Starts a cdktf command in a project's folder.
 *
 * @param binary terraform or tofu
 * @param env everything that the command sees, beside what keeps cdktf quiet and to its project's folder
 */
export function startCdktf(
  project: string,
  binary: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningCommand {
  const quiet = {
    TERRAFORM_BINARY_NAME: binary,
    DISABLE_VERSION_CHECK: "1",
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
    CDKTF_HOME: join(project, ".cdktf"),
  };
  return startCommand(PROGRAM, args, { cwd: project, env: { ...env, ...quiet } });
}
