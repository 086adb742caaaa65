/** `npm run audit`: checks without network that all packages are pinned, covered by a digest and of a known licence. Exit code 1 if not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { audit, type LockFile, type Manifest } from "./audit";

/** Where packages are installed from: the project, and what its tests alone need. */
const FOLDERS = ["", "test/e2e/clients/", "test/tools/cdktf/"];

const read = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, "..", file), "utf8"));

let packages = 0;
for (const folder of FOLDERS) {
  const lock = read(`${folder}package-lock.json`) as LockFile;
  const problems = audit(read(`${folder}package.json`) as Manifest, lock);
  for (const problem of problems) process.stderr.write(`${folder}${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  packages += Object.keys(lock.packages ?? {}).length - 1;
}
if (process.exitCode === undefined) process.stdout.write(`${packages} packages: pinned, with integrity and a known licence.\n`);
