/** What a command reads and writes; injected, so that a command can run inside a test. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether stdout may carry colours: a terminal, and no `NO_COLOR`. */
  readonly colours: boolean;
}

/** Characters on standard error that nobody has read, at most. */
const MAX_UNREAD = 1024 * 1024;

/** The process's own streams and environment. */
export function processIo(): Io {
  process.stderr.on("error", () => undefined);
  return {
    env: process.env,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => {
      // nobody may read it: it must not fill the memory, and a reader that has gone must not end the process
      if (process.stderr.writableLength < MAX_UNREAD) process.stderr.write(text);
    },
    // isTTY is absent, not false, where the stream is no terminal.
    colours: (process.stdout.isTTY as boolean | undefined) === true && (process.env["NO_COLOR"] ?? "") === "",
  };
}
