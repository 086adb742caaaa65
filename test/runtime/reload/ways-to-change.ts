import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pause } from "./until";

/** The ways in which deployments change a file; each leaves `text` in `path`. */
export const WAYS: Readonly<Record<string, (path: string, text: string) => void | Promise<void>>> = {
  "written in place": (path, text) => writeFileSync(path, text),
  "renamed over": (path, text) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  },
  "deleted and created": async (path, text) => {
    rmSync(path);
    await pause(30);
    writeFileSync(path, text);
  },
  "written slowly in two parts": async (path, text) => {
    const half = Math.floor(text.length / 2);
    writeFileSync(path, text.slice(0, half));
    await pause(120);
    writeFileSync(path, text.slice(half), { flag: "a" });
  },
};

/** Lays a file out as Kubernetes does: `file` leads to `..data/file`, `..data` to a folder of its own per version. */
export function mountVersion(folder: string, name: string, version: string, text: string): void {
  mkdirSync(join(folder, `..${version}`));
  writeFileSync(join(folder, `..${version}`, name), text);
  symlinkSync(`..${version}`, join(folder, "..data_tmp"));
  let old: string | undefined;
  try {
    old = readlinkSync(join(folder, "..data"));
  } catch {
    symlinkSync(join("..data", name), join(folder, name));
  }
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  if (old !== undefined) rmSync(join(folder, old), { recursive: true });
}

/** Makes the folder of a file anew, with the file in it. */
export function remakeFolder(path: string, text: string): void {
  rmSync(dirname(path), { recursive: true });
  mkdirSync(dirname(path));
  writeFileSync(path, text);
}
