import { appendFileSync, chownSync, cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UID } from "../../../config/container-layout";

/** The repository's root. */
export const REPOSITORY = resolve(__dirname, "../../..");

/** How a copy of the runtime differs from the packaged one. */
export interface RuntimeChanges {
  /** Value of the label `test` that its images carry. */
  readonly label: string;
  /** Gives the folder a hash of its own. */
  readonly version: string;
  /** JavaScript in the place of the gateway's program, which it finds beside it as gateway.js. @default - the program itself */
  readonly main?: string | undefined;
}

/** Copies the folder that the gateway's image is built from; `npm run build` makes it. */
export function copyRuntime(folder: string, { label, version, main }: RuntimeChanges): string {
  cpSync(join(REPOSITORY, "dist/container"), folder, { recursive: true });
  appendFileSync(join(folder, "Dockerfile"), `LABEL test="${label}" version="${version}"\n`);
  if (main !== undefined) {
    const program = join(folder, "dist/cli/main.js");
    renameSync(program, join(folder, "dist/cli/gateway.js"));
    writeFileSync(program, main);
  }
  return folder;
}

/** Writes a file that the gateway's user alone may read. Needs root. */
export function writeKey(file: string, key: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, key, { mode: 0o400 });
  chownSync(file, UID, UID);
}
