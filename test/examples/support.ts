import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of the examples. */
export const EXAMPLES = join(__dirname, "../../examples");

/** Names of all examples: the files of the folder. */
export const NAMES = readdirSync(EXAMPLES)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))
  .sort();

/** Stands for the built runtime. */
export function runtimeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-runtime-"));
  writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
  return folder;
}

/** Runs an example as it is, in this process. @returns the folder that it synthesized into */
export function runExample(name: string, runtime: string): string {
  const folder = mkdtempSync(join(tmpdir(), `signalbox-${name}-`));
  process.env["CDKTF_OUTDIR"] = folder;
  process.env["CDKTF_CONTEXT_JSON"] = JSON.stringify({ "signalbox:runtime": runtime });
  try {
    jest.isolateModules(() => {
      jest.requireActual(join(EXAMPLES, name));
    });
  } finally {
    delete process.env["CDKTF_OUTDIR"];
    delete process.env["CDKTF_CONTEXT_JSON"];
  }
  return folder;
}

/** The text of the stack of the example's own name. */
export function stackText(folder: string, name: string): string {
  return readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8");
}
