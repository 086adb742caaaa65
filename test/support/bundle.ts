import { build } from "esbuild";
import { join } from "node:path";

/** Bundles a program of a test into one file of a folder, as loading its sources one by one takes seconds. Returns the file's path. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, "program.js");
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", target: "node20", logLevel: "silent" });
  return outfile;
}
