/** `npm run audit`: checks without network that all packages are pinned, covered by a digest and of a known licence. Exit code 1 if not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { audit, type LockFile, type Manifest } from "./audit";

const read = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, "..", file), "utf8"));

const lock = read("package-lock.json") as LockFile;
const problems = audit(read("package.json") as Manifest, lock);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
else process.stdout.write(`${Object.keys(lock.packages ?? {}).length - 1} packages: pinned, with integrity and a known licence.\n`);
