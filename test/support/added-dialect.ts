/** A copy of the gateway that speaks one more dialect: a folder, a provider's file, and one entry each in the tables of providers and of what is served. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { edit, scratchCopy } from "./scratch-copy";

/** The dialect and its provider, where they would be in `runtime/`; written as files, so that their types and style are checked. */
const ADDED = join(__dirname, "added-dialect");

/** `../../../../runtime/` of a file in {@link ADDED}, whatever its depth. */
const OUTSIDE = /(["'])((?:\.\.\/)+)runtime\//g;

/** The originals stand three folders below the root; in the copy that place is `runtime/` itself. */
const moved = (text: string): string => text.replace(OUTSIDE, (_all, quote: string, up: string) => quote + up.slice("../../../".length));

/** Makes the copy; the folder is to be removed by the caller. */
export function addDialect(): string {
  const folder = scratchCopy("dialect");
  for (const name of readdirSync(ADDED, { recursive: true, encoding: "utf8" }).filter((one) => one.endsWith(".ts"))) {
    const file = join(folder, "runtime", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, moved(readFileSync(join(ADDED, name), "utf8")));
  }
  edit(join(folder, "runtime/providers/table.ts"), /$/, 'export { tiny } from "./tiny";\n');
  edit(join(folder, "config/served-matrix.ts"), /(?=^\];)/m, '  { provider: "cohere", routeType: "llm/v1/chat", form: "translated" },\n');
  return folder;
}
