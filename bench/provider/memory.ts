/** Memory of processes, as Linux tells it. */
import { readdirSync, readFileSync } from "node:fs";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function mebibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? "0") / 1024;
}

/** Resident memory of a process at present, in MiB. */
export function residentMebibytes(pid: number): number {
  return mebibytes(read(`/proc/${pid}/status`), "VmRSS");
}

/** Highest resident memory so far among the processes whose command line names `text`, in MiB; 0 where there is none. */
export function peakMebibytes(text: string): number {
  const peaks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/cmdline`).includes(text))
    .map((pid) => mebibytes(read(`/proc/${pid}/status`), "VmHWM"));
  return Math.max(0, ...peaks);
}
