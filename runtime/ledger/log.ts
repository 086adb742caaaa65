import { pino, type Logger } from "pino";
import { LogSink } from "./log-sink";

export type { Logger };

/** A log and the way to end it. */
export interface Log {
  readonly logger: Logger;
  /** Writes a line whose members are JSON text already: for the one line that every request writes. `message` needs no escaping. */
  line(level: "info" | "warn", members: string, message: string): void;
  /** Writes a line of another log, with its line end. */
  write(line: string): void;
  /** Lines given up since the start, as the disk or the reader was too slow. */
  dropped(): number;
  /** Resolves when all lines so far are written or given up. */
  flush(): Promise<void>;
  /** Writes what is still buffered, and ends. */
  close(): Promise<void>;
}

let second = -1;
let upToSecond = "";

/** Now, as ISO text; the part up to the second is made once a second, as hundreds of lines share it. */
function isoNow(): string {
  const now = Date.now();
  const millisecond = now % 1000;
  if (now - millisecond !== second) {
    second = now - millisecond;
    upToSecond = new Date(second).toISOString().slice(0, 20);
  }
  return `${upToSecond}${String(millisecond).padStart(3, "0")}Z`;
}

/**
 * JSON lines on standard output (or into `path`), a quarter of a second late at most. Levels by name, time as ISO text; whatever holds credentials is
 * never handed to it.
 */
export function createLog(options: { readonly path?: string; readonly level?: string } = {}): Log {
  const sink = new LogSink(options.path);
  const logger = pino(
    {
      level: options.level ?? "info",
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${isoNow()}"`,
    },
    sink,
  );
  return {
    logger,
    line(level, members, message) {
      sink.write(`{"level":"${level}","time":"${isoNow()}",${members},"msg":"${message}"}\n`);
    },
    write: (line) => sink.write(line),
    dropped: () => sink.dropped,
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}
