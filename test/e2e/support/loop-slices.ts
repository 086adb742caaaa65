/**
 * Measures for how long a gateway in a process of its own held its event loop: the time between two ticks of a timer of 1 ms, less the time in which the
 * thread was ready but the processor was with somebody else. Waiting for a file or a lock counts, other programs on the machine do not.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One stretch of time in which the event loop did nothing else, of 5 ms or more. */
export interface LoopSlice {
  /** When it ended, in milliseconds since 1970. */
  readonly endedAt: number;
  readonly milliseconds: number;
}

/** Records slices of the processes that are started with its `env`. */
export interface SliceRecorder {
  /** To be added to the environment of a Node process. */
  readonly env: Readonly<Record<string, string>>;
  /** All slices so far, or those that ended since a moment (milliseconds since 1970). */
  read(since?: number): readonly LoopSlice[];
  /** The longest of these in milliseconds; 0 where none was as long as 5 ms. */
  longest(since?: number): number;
  /** Removes its file. */
  close(): void;
}

/** A recorder with a file of its own; several processes may share one. */
export function sliceRecorder(): SliceRecorder {
  const folder = mkdtempSync(join(tmpdir(), "loop-slices-"));
  const file = join(folder, "slices");
  const read = (since = 0): readonly LoopSlice[] =>
    (existsSync(file) ? readFileSync(file, "utf8") : "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [endedAt, milliseconds] = line.split(" ").map(Number);
        return { endedAt: endedAt!, milliseconds: milliseconds! };
      })
      .filter(({ endedAt }) => endedAt >= since);
  return {
    env: {
      LOOP_SLICES: file,
      NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --require ${JSON.stringify(join(__dirname, "loop-slices-preload.js"))}`.trim(),
    },
    read,
    longest: (since) => Math.max(0, ...read(since).map(({ milliseconds }) => milliseconds)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
