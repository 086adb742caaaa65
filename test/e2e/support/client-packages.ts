/** The packages of test/e2e/clients, which are apart from the project's. They are installed if they are missing, or if other versions are asked for. */
import { execFile, spawnSync } from "node:child_process";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export const CLIENTS = join(__dirname, "../clients");

const VENV = join(CLIENTS, ".venv");

/** Python with the packages of requirements.txt. */
export const PYTHON = join(VENV, "bin/python");

const LONGEST_MS = 300_000;

const read = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);

async function run(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args, { cwd: CLIENTS, maxBuffer: 16 * 1024 * 1024, timeout: LONGEST_MS }).catch((cause: unknown) => {
    throw new Error(`test/e2e/clients: packages could not be installed: ${String(cause)}`);
  });
}

/** Installs what a list names, unless it has been: the list is copied to where it was installed. */
async function installed(list: string, copy: string, install: () => Promise<void>): Promise<void> {
  if ((await read(copy)) === (await read(list))) return;
  await install();
  await copyFile(list, copy);
}

/** @throws Error if they cannot be installed */
export function installNodePackages(): Promise<void> {
  return installed(join(CLIENTS, "package-lock.json"), join(CLIENTS, "node_modules/installed.json"), () =>
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
  );
}

/** @throws Error if they cannot be installed */
export function installPythonPackages(): Promise<void> {
  const list = join(CLIENTS, "requirements.txt");
  return installed(list, join(VENV, "installed.txt"), async () => {
    await run("python3", ["-m", "venv", "--clear", VENV]);
    await run(PYTHON, ["-m", "pip", "install", "--quiet", "--no-input", "--only-binary", ":all:", "--requirement", list]);
  });
}

/** Why this machine cannot run clients in Python; undefined if it can. */
export function lackOfPython(): string | undefined {
  const { error, status, stderr } = spawnSync("python3", ["-c", "import venv, ensurepip"], { encoding: "utf8" });
  if (error !== undefined) return `python3 does not start: ${error.message}`;
  return status === 0 ? undefined : `python3 has no venv: ${stderr.trim().split("\n").at(-1) ?? ""}`;
}
