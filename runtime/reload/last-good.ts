import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readFileInPieces, type FileContent } from "./read-file";

const FILE = "last-good-configuration";

/**
 * Keeps the content of a configuration file that was applied, so that a restart can begin with it. Whoever reads sees the old text or the new one,
 * also after a power cut. Only the gateway's own user can read it. Calls of one process must not overlap.
 *
 * @param stateDir made if missing
 * @throws the file system's error, which names path and cause
 */
export async function saveLastGood(stateDir: string, content: Buffer): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  // The process id keeps workers that save at the same time apart.
  const temporary = join(stateDir, `${FILE}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(stateDir, FILE));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(stateDir);
}

/** The content that was saved last; undefined if there is none that can be read. */
export async function readLastGood(stateDir: string): Promise<FileContent | undefined> {
  const path = join(stateDir, FILE);
  try {
    return await readFileInPieces(path, (await stat(path)).size);
  } catch {
    return undefined;
  }
}

/** The rename itself is on disk only when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
