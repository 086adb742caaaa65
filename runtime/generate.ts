/**
 * Writes what is derived from tables of the runtime. With `--check` it writes nothing and exits 1 if a file is not current.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { behaviourPage } from "./failover/failure-table";
import { METRIC_FILES } from "./metrics/generate/files";
import { providersPage } from "./providers/providers-page";

const root = join(__dirname, "..");
const check = process.argv.includes("--check");

for (const [name, text] of Object.entries({ ...METRIC_FILES, "docs/behaviour.md": behaviourPage, "docs/providers.md": providersPage })) {
  const path = join(root, name);
  const current = text();
  if (existsSync(path) && readFileSync(path, "utf8") === current) continue;
  if (check) {
    process.stderr.write(`${name} is not current: run npm run generate.\n`);
    process.exitCode = 1;
  } else writeFileSync(path, current);
}
