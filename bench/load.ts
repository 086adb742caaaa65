/** Runs wrk for one round and reads its result. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Workload } from "./workloads";

/** What wrk saw in one round. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Connections that failed, cut answers, time-outs and answers with a status above 399. */
  readonly errors: number;
  /** Median latency in milliseconds. */
  readonly p50: number;
  /** 99th percentile of the latency in milliseconds. */
  readonly p99: number;
}

const marker = "RESULT ";

const script = (workload: Workload): string => `
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[${workload.body}]==]
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('${marker}{"requests":%d,"seconds":%f,"errors":%d,"p50":%f,"p99":%f}\\n', summary.requests, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
`;

/** Reads what the script's `done` printed; throws with wrk's whole output where it is not there. */
export function parseLoad(output: string): LoadResult {
  const line = output.split("\n").find((text) => text.startsWith(marker));
  if (line === undefined) throw new Error(`wrk must print a result line, but printed: ${output}`);
  return JSON.parse(line.slice(marker.length)) as LoadResult;
}

/** Keeps `connections` requests under way for `seconds`, from one thread on `core`. */
export async function load(
  core: number,
  folder: string,
  url: string,
  workload: Workload,
  options: { readonly seconds: number; readonly connections: number },
): Promise<LoadResult> {
  const file = join(folder, `${workload.name}.lua`);
  writeFileSync(file, script(workload));
  const wrk = ["-t1", `-c${options.connections}`, `-d${options.seconds}s`, "-s", file, `${url}${workload.path}`];
  const { stdout } = await promisify(execFile)("taskset", ["-c", String(core), "wrk", ...wrk]);
  return parseLoad(stdout);
}
