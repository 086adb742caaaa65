/** What the command's exit codes mean. */
export const EXIT = {
  /** Done; warnings alone do not count. */
  ok: 0,
  /** Ran, and found what must be mended. */
  problems: 1,
  /** Could not run: wrong arguments, an unreadable file, a port that is taken. */
  cannotRun: 2,
} as const;

/** Something outside the command's control that keeps it from running; the message says what and what to do. Exit code 2. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder, not a file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EADDRINUSE: "the port is taken: choose another one or end the process that listens there",
  EADDRNOTAVAIL: "the host is no address of this machine",
  ECONNREFUSED: "nothing listens there",
  ETIMEDOUT: "no answer in time",
};

/** An error of the operating system in plain words; of any other error its message. */
export function describeError(error: unknown): string {
  const { code, message } = typeof error === "object" && error !== null ? (error as { code?: unknown; message?: unknown }) : {};
  const known = typeof code === "string" && Object.hasOwn(SYSTEM_ERRORS, code) ? SYSTEM_ERRORS[code] : undefined;
  return known ?? (typeof message === "string" && message !== "" ? message : String(error));
}
