/**
 * Measures for how long a gateway in a process of its own held its event loop: what its main thread did between two ticks of a timer of 1 ms, told in its own
 * processor time, so that other programs on the machine do not count. Linux only.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One stretch of time in which the event loop did nothing else, of 5 ms or more. */
export interface LoopSlice {
  /** When it ended, in milliseconds since 1970. */
  readonly endedAt: number;
  /** Processor time of the main thread. */
  readonly milliseconds: number;
  /**
   * That and the time in which it waited for something else than a processor, such as a file or a lock. On a busy machine the threads that collect garbage
   * beside it may be waited for as well.
   */
  readonly withWaits: number;
}

/** Records slices of the processes that are started with its `env`. */
export interface SliceRecorder {
  /** To be added to the environment of a Node process. */
  readonly env: Readonly<Record<string, string>>;
  /** All slices so far, or those that ended since a moment (milliseconds since 1970). */
  read(since?: number): readonly LoopSlice[];
  /** The longest of these in milliseconds of processor time; 0 if none was as long as 5 ms. */
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
        const [endedAt, milliseconds, withWaits] = line.split(" ").map(Number);
        return { endedAt: endedAt!, milliseconds: milliseconds!, withWaits: withWaits! };
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
