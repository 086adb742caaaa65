/** A copy of the product's sources, in which a test adds something. */
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestProcess } from "./child-process";

const root = join(__dirname, "..", "..");

/** What the command `serve` is made of. */
const COPIED = ["cli", "config", "constructs", "provider", "runtime", "index.ts", "package.json", "tsconfig.json"];

/**
 * Makes the copy; the folder is to be removed by the caller.
 * @param purpose a word in the folder's name
 * @param more further files and folders that are needed
 */
export function scratchCopy(purpose: string, more: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), `signalbox-${purpose}-`));
  for (const name of [...COPIED, ...more]) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** The command line of a copy. */
export const runCopy = (folder: string, ...flags: string[]): TestProcess =>
  new TestProcess(process.execPath, ["--import", "tsx", "cli/main.ts", ...flags], { cwd: folder, env: { PATH: process.env["PATH"] } });

/** @throws Error if there is nothing to be replaced, as the table is written in another way then */
export function edit(file: string, place: RegExp, replacement: string): void {
  const text = readFileSync(file, "utf8");
  const changed = text.replace(place, replacement);
  if (changed === text) throw new Error(`${file} holds no ${String(place)}`);
  writeFileSync(file, changed);
}
