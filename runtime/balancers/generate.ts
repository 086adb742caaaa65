/**
 * Writes what the model knows of the algorithms. Imports nothing of `config/`, as that is made of what is written here. With `--check` it writes nothing and
 * exits 1 if the file is not current.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { algorithmsText } from "./algorithms-text";

const NAME = "config/algorithms.generated.ts";
const path = join(__dirname, "..", "..", NAME);

if (!existsSync(path) || readFileSync(path, "utf8") !== algorithmsText()) {
  if (process.argv.includes("--check")) {
    process.stderr.write(`${NAME} is not current: run npm run generate.\n`);
    process.exitCode = 1;
  } else writeFileSync(path, algorithmsText());
}
