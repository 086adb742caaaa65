import { within } from "../within";
import { fileOutput, standardOutput, type LogOutput } from "./log-output";

/** Lines are handed to the system in pieces of about this many characters, or when the oldest has waited for `FLUSH_MS`. */
const PIECE = 32 * 1024;
const FLUSH_MS = 250;

/** Characters that wait at most; beyond that lines are dropped and counted, as a slow disk or reader must not fill the memory. */
const MAX_WAITING = 16 * 1024 * 1024;

/** A destination whose reader is slow: the write is tried again after this time. */
const RETRY_MS = 10;

/** Time that what waits gets at the end, in milliseconds. */
const CLOSE_MS = 1000;

/**
 * Where log lines go. They are joined before they are written, as one write per line would cost more than the line itself; the order is kept.
 * A line that cannot be written is counted and never stops a request.
 */
export class LogSink {
  /** Lines given up. */
  dropped = 0;
  private waiting = "";
  private lines = 0;
  private linesUnderWay = 0;
  private closing = false;
  private abandoned = false;
  private onIdle: () => void = () => undefined;
  private readonly output: LogOutput;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param path A file; default standard output.
   * @throws the system's error if the file cannot be opened
   */
  constructor(path?: string) {
    this.output = path === undefined ? standardOutput() : fileOutput(path);
    this.timer = setInterval(() => this.flush(), FLUSH_MS).unref();
  }

  /** Takes one line with its line end. */
  write(line: string): void {
    if (this.closing || this.waiting.length > MAX_WAITING) {
      this.dropped++;
      return;
    }
    this.waiting += line;
    this.lines++;
    if (this.waiting.length >= PIECE) this.flush();
  }

  private flush(): void {
    if (this.linesUnderWay > 0 || this.lines === 0) return;
    const bytes = Buffer.from(this.waiting);
    this.linesUnderWay = this.lines;
    this.waiting = "";
    this.lines = 0;
    this.send(bytes);
  }

  private send(bytes: Buffer): void {
    this.output.write(bytes, (error, written) => {
      if (this.abandoned) return;
      if (error?.code === "EAGAIN") {
        setTimeout(() => this.send(bytes), RETRY_MS);
        return;
      }
      if (error === null && written < bytes.length) {
        this.send(bytes.subarray(written));
        return;
      }
      if (error !== null) this.dropped += this.linesUnderWay;
      this.linesUnderWay = 0;
      if (this.closing || this.waiting.length >= PIECE) this.flush();
      if (this.linesUnderWay === 0) this.onIdle();
    });
  }

  /** Writes what is left and ends; what a slow disk or reader does not take within a second is given up. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    clearInterval(this.timer);
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    this.flush();
    if (this.linesUnderWay > 0) await within(CLOSE_MS, idle);
    if (this.linesUnderWay === 0) {
      this.output.close();
      return;
    }
    this.abandoned = true;
    this.dropped += this.linesUnderWay + this.lines;
  }
}
