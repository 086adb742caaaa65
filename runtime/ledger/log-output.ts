import { closeSync, constants, fstatSync, openSync } from "node:fs";

/** A name in the file system that is opened for log lines: a pipe without a reader fails with ENXIO, as waiting for one would take a thread. */
export const LOG_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** Prompts may be in it: not for everybody. */
export const LOG_MODE = 0o640;

const STDOUT = 1;

/** Where bytes of a log go. A write to it holds no thread of the process: a pipe or a terminal that takes nothing just now fails with EAGAIN. */
export interface LogOutput {
  readonly descriptor: number;
  /** Only if nothing is being written. */
  close(): void;
}

/** A log file. @throws the system's error if it cannot be opened */
export function fileOutput(path: string): LogOutput {
  const descriptor = openSync(path, LOG_FLAGS, LOG_MODE);
  return { descriptor, close: () => closeSync(descriptor) };
}

/** Standard output, whatever it is. */
export function standardOutput(): LogOutput {
  const kind = fstatSync(STDOUT);
  if (kind.isFIFO() || kind.isSocket()) makeNonBlocking();
  // a file is written at the place that it shares with standard error
  return { descriptor: kind.isCharacterDevice() ? reopened(STDOUT) : STDOUT, close: () => undefined };
}

/** Node makes a pipe or socket non-blocking when it opens its stream; a socket cannot be opened anew. */
function makeNonBlocking(): void {
  // a reader that has gone must not end the process
  if (!process.stdout.listeners("error").includes(ignore)) process.stdout.on("error", ignore);
}

/** The same terminal, but opened so that it does not hold who writes to it; that does not change it for other processes. */
function reopened(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}

function ignore(): void {
  // who writes to the descriptor has the error
}
