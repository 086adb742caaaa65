/** Starts processes on a given core and ends every one of them; reads how much of a core one has used. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { once } from "node:events";

const running = new Set<ChildProcess>();

/** The first two cores this process may use: one to measure on, one for load and mock. Throws where there is only one. */
export function twoCores(): readonly [number, number] {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
  const cores = list.split(",").flatMap((range) => {
    const [from, to] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: (to ?? from) - from + 1 }, (_, index) => from + index);
  });
  const [first, second] = cores;
  if (first === undefined || second === undefined) throw new Error(`The benchmark needs two cores, but only "${list}" may be used.`);
  return [first, second];
}

/** Starts `command` on `core` with its standard output in `logFile`; its pid is the pid of the command itself, as taskset replaces itself by it. */
export function startPinned(core: number, command: readonly string[], logFile: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const log = openSync(logFile, "a");
  const child = spawn("taskset", ["-c", String(core), ...command], { stdio: ["ignore", log, log], env: { ...process.env, ...env } });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Sends SIGTERM, after five seconds SIGKILL, and waits for the end. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !running.has(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}

/** Ends whatever {@link startPinned} started and still runs. */
export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map(stop));
};

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Processor time that all threads of a process have used so far, user and system, in seconds. Source: proc(5), fields 14 and 15 of `stat`. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
