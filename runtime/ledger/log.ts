import { pino, type Logger } from "pino";
import { LogSink } from "./log-sink";

export type { Logger };

/** A log and the way to end it. */
export interface Log {
  readonly logger: Logger;
  /** Writes what is still buffered, and ends. */
  close(): Promise<void>;
}

let second = -1;
let upToSecond = "";

/** `,"time":"2026-01-02T03:04:05.678Z"`; the part up to the second is made once a second, as hundreds of lines share it. */
function timestamp(): string {
  const now = Date.now();
  const millisecond = now % 1000;
  if (now - millisecond !== second) {
    second = now - millisecond;
    upToSecond = `,"time":"${new Date(second).toISOString().slice(0, 20)}`;
  }
  return `${upToSecond}${String(millisecond).padStart(3, "0")}Z"`;
}

/**
 * JSON lines on standard output (or into `path`), a quarter of a second late at most. Levels by name, time as ISO text; whatever holds credentials is
 * never handed to it.
 */
export function createLog(options: { readonly path?: string; readonly level?: string } = {}): Log {
  const sink = new LogSink(options.path);
  const logger = pino({ level: options.level ?? "info", base: null, formatters: { level: (label) => ({ level: label }) }, timestamp }, sink);
  return { logger, close: () => sink.close() };
}
