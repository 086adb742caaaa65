import { closeSync, openSync, write, writeSync } from "node:fs";

/** Lines are handed to the system in pieces of about this many characters, or when the oldest has waited for `FLUSH_MS`. */
const PIECE = 32 * 1024;
const FLUSH_MS = 250;

/** Characters that wait at most; beyond that lines are dropped and counted, as a slow disk or reader must not fill the memory. */
const MAX_WAITING = 16 * 1024 * 1024;

/** Standard output, as a file descriptor. */
const STDOUT = 1;

/** A pipe whose reader is slow: the write is tried again after this time. */
const RETRY_MS = 10;

/**
 * Where log lines go. They are joined before they are written, as one write per line would cost more than the line itself; the order is kept.
 * A line that cannot be written is counted and never stops a request.
 */
export class LogSink {
  /** Lines given up. */
  dropped = 0;
  private readonly fd: number;
  private waiting = "";
  private lines = 0;
  private writing = false;
  private closed = false;
  private onIdle: (() => void) | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @throws the system's error where the file cannot be opened */
  constructor(path?: string) {
    this.fd = path === undefined ? STDOUT : openSync(path, "a", 0o640);
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  /** Takes one line with its line end. */
  write(line: string): void {
    if (this.waiting.length > MAX_WAITING) {
      this.dropped++;
      return;
    }
    this.waiting += line;
    this.lines++;
    if (this.waiting.length >= PIECE) this.flush();
  }

  private flush(): void {
    if (this.writing || this.closed || this.waiting === "") return;
    const bytes = Buffer.from(this.waiting);
    const lines = this.lines;
    this.waiting = "";
    this.lines = 0;
    this.writing = true;
    this.send(bytes, lines);
  }

  private send(bytes: Buffer, lines: number): void {
    write(this.fd, bytes, (error, written) => {
      if (error?.code === "EAGAIN") {
        setTimeout(() => this.send(bytes, lines), RETRY_MS);
        return;
      }
      if (error === null && written < bytes.length) {
        this.send(bytes.subarray(written), lines);
        return;
      }
      if (error !== null) this.dropped += lines;
      this.writing = false;
      if (this.onIdle !== undefined) this.onIdle();
      else if (this.waiting.length >= PIECE) this.flush();
    });
  }

  /** Writes what is left, after what is being written, and ends. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    if (this.writing) {
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
    }
    try {
      writeSync(this.fd, this.waiting);
      if (this.fd !== STDOUT) closeSync(this.fd);
    } catch {
      // a closed pipe at the end of the process is nobody's loss
    }
  }
}
