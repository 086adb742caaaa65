import { readFileSync } from "node:fs";

/** The limit that is assumed if the system tells none. */
const UNKNOWN_LIMIT = 1024;

/** Descriptors for everything but traffic: the runtime's own, standard streams, the watched folder, log files, the admin port, name look-ups. */
const RESERVED = 64;

/** More connections need more memory than a process usually has; who wants them says so. */
const MOST = 16_384;

/**
 * How many files and connections this process may have open, as its soft limit says.
 *
 * @param read Reads a file; given by tests.
 */
export function openFilesLimit(read: (path: string) => string = (path) => readFileSync(path, "utf8")): number {
  let text: string;
  try {
    text = read("/proc/self/limits");
  } catch {
    return UNKNOWN_LIMIT;
  }
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(text)?.[1];
  if (soft === undefined) return UNKNOWN_LIMIT;
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(soft);
}

/**
 * How many connections of clients a process holds at most: the number that was asked for, else half of what the limit of open files leaves beyond 64,
 * as each may need a connection to a provider; from 1 to 16,384.
 */
export function maxClientConnections(asked: number | undefined, limit: number = openFilesLimit()): number {
  return asked ?? Math.min(MOST, Math.max(1, Math.floor((limit - RESERVED) / 2)));
}

/** Whether so many connections of clients leave no descriptor for providers, however few these are. */
export function exceedsOpenFiles(connections: number, limit: number = openFilesLimit()): boolean {
  return connections + RESERVED >= limit;
}
