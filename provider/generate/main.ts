/**
 * Writes what is derived from the provider's schema. With `--check` it writes nothing and exits 1 where a file is not current.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GENERATED_FILES } from "./files";

const root = join(__dirname, "..", "..");
const isCurrent = (path: string, text: string): boolean => existsSync(path) && readFileSync(path, "utf8") === text;

const stale = Object.entries(GENERATED_FILES)
  .map(([name, text]) => ({ name, path: join(root, name), text: text() }))
  .filter(({ path, text }) => !isCurrent(path, text));

if (process.argv.includes("--check")) {
  for (const { name } of stale) process.stderr.write(`${name} is not current: run npm run generate.\n`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
