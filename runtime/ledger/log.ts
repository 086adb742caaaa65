import { pino, destination, type Logger } from "pino";

export type { Logger };

/** What is flushed how often where lines are buffered. */
const BUFFER_BYTES = 8 * 1024;
const FLUSH_MS = 250;

/** A log and the way to end it. */
export interface Log {
  readonly logger: Logger;
  /** Writes what is still buffered, now. */
  flush(): void;
  close(): void;
}

/**
 * JSON lines on standard output (or into `path`), buffered for a quarter of a second at most.
 * Levels by name, time as ISO text; whatever holds credentials is never handed to it.
 */
export function createLog(options: { readonly path?: string; readonly level?: string } = {}): Log {
  const sink = destination({ dest: options.path ?? 1, sync: false, minLength: BUFFER_BYTES });
  const logger = pino(
    {
      level: options.level ?? "info",
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
    sink,
  );
  const timer = setInterval(() => sink.flush(), FLUSH_MS).unref();
  let ended = false;
  const flush = (): void => {
    if (ended) return;
    try {
      sink.flushSync();
    } catch {
      // a closed pipe at the end of the process is nobody's loss
    }
  };
  return {
    logger,
    flush,
    close() {
      clearInterval(timer);
      flush();
      ended = true;
    },
  };
}
