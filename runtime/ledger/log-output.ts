import { closeSync, constants, fstatSync, openSync, write } from "node:fs";

/** Where bytes of a log go. Neither a full pipe nor a stopped terminal holds a thread of the process. */
export interface LogOutput {
  /** Hands bytes to the system; `done` gets the system's error, else how many were taken. EAGAIN: none, as the reader is slow. */
  write(bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void): void;
  /** Only if nothing is being written. */
  close(): void;
}

/** A name in the file system that is opened for log lines: a pipe without a reader fails with ENXIO, as waiting for one would take a thread. */
export const LOG_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** Prompts may be in it: not for everybody. */
export const LOG_MODE = 0o640;

const STDOUT = 1;

/** A log file. @throws the system's error if it cannot be opened */
export function fileOutput(path: string): LogOutput {
  const fd = openSync(path, LOG_FLAGS, LOG_MODE);
  return { write: (bytes, done) => write(fd, bytes, done), close: () => closeSync(fd) };
}

/** Standard output, whatever it is. */
export function standardOutput(): LogOutput {
  const kind = fstatSync(STDOUT);
  if (kind.isFIFO() || kind.isSocket()) return streamOutput(process.stdout);
  // a file is written at the place that it shares with standard error
  const fd = kind.isCharacterDevice() ? reopened(STDOUT) : STDOUT;
  return { write: (bytes, done) => write(fd, bytes, done), close: () => undefined };
}

/** A stream that takes what a slow reader does not; the caller hands it one piece at a time. */
function streamOutput(stream: NodeJS.WriteStream): LogOutput {
  tolerateErrors(stream);
  return {
    write: (bytes, done) => stream.write(bytes, (error) => done(error ?? null, error == null ? bytes.length : 0)),
    close: () => undefined,
  };
}

/** The same terminal, but opened so that it does not hold who writes to it; that does not change it for other processes. */
function reopened(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}

/** A reader that has gone must not end the process: what cannot be written is told to who wrote it. */
export function tolerateErrors(stream: NodeJS.WriteStream): void {
  if (!stream.listeners("error").includes(ignore)) stream.on("error", ignore);
}

function ignore(): void {
  // the callback of the write has the error
}
