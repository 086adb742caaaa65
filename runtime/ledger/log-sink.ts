import { SonicBoom } from "sonic-boom";
import { within } from "../within";
import { fileOutput, standardOutput, type LogOutput } from "./log-output";

/** Lines are handed over in pieces of about this many characters, or when the oldest has waited for `FLUSH_MS`. */
const PIECE = 32 * 1024;
const FLUSH_MS = 250;

/** Bytes that wait at most; beyond that lines are dropped and counted, as a slow disk or reader must not fill the memory. */
const MAX_WAITING = 16 * 1024 * 1024;

/** A destination whose reader is slow: the write is tried again after this time. */
const RETRY_MS = 10;

/** Time that what waits gets at the end, in milliseconds. */
const CLOSE_MS = 1000;

/**
 * Where log lines go. sonic-boom keeps what waits, in order and up to a limit, and writes it whole. Four things are done here, as it does them otherwise:
 * - Lines are joined before it gets them: it measures all that it has joined again with each line.
 * - The destination is opened here, so that neither opening nor writing holds a thread, which a process that ends would wait for.
 * - A reader that is slow is tried again after 10 ms and given up at the end: sonic-boom waits 100 ms each time, and its end waits for the reader and the disk.
 * - What fails to be written is given up and counted, and the next lines have a new sonic-boom: it would keep them, and nobody would know.
 *
 * A line that cannot be written never stops a request.
 */
export class LogSink {
  /** Lines given up. */
  dropped = 0;
  private waiting = "";
  private lines = 0;
  /** Lines handed over since all of them were written. */
  private linesUnderWay = 0;
  private isAbandoned = false;
  private closing = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly settled: (() => void)[] = [];
  private readonly output: LogOutput;
  private sonic: SonicBoom;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param path A file; default standard output.
   * @throws the system's error if the file cannot be opened
   */
  constructor(path?: string) {
    this.output = path === undefined ? standardOutput() : fileOutput(path);
    this.sonic = this.open();
    this.timer = setInterval(() => this.handOver(), FLUSH_MS).unref();
  }

  /** Takes one line with its line end. */
  write(line: string): void {
    if (this.closing) {
      this.dropped++;
      return;
    }
    this.waiting += line;
    this.lines++;
    if (this.waiting.length >= PIECE) this.handOver();
  }

  /** Resolves when all lines so far are written or given up. */
  async flush(): Promise<void> {
    this.handOver();
    if (this.linesUnderWay > 0) await new Promise<void>((resolve) => this.settled.push(resolve));
  }

  /** Writes what is left and ends; what a slow disk or reader does not take within a second is given up. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    clearInterval(this.timer);
    await within(CLOSE_MS, this.flush());
    clearTimeout(this.retry);
    this.isAbandoned = this.linesUnderWay > 0;
    this.dropped += this.linesUnderWay;
    if (!this.isAbandoned) this.output.close();
  }

  private open(): SonicBoom {
    const sonic = new SonicBoom({
      fd: this.output.descriptor,
      maxLength: MAX_WAITING,
      maxWrite: PIECE,
      contentMode: "buffer",
      retryEAGAIN: () => false,
    });
    sonic.on("drop", () => this.refused());
    sonic.on("drain", () => this.written());
    sonic.on("error", (error: NodeJS.ErrnoException) => this.failed(error));
    return sonic;
  }

  private handOver(): void {
    if (this.lines === 0) return;
    this.linesUnderWay += this.lines;
    // as bytes, which Node writes in half the time that a text takes
    write(this.sonic, Buffer.from(this.waiting));
    this.waiting = "";
    this.lines = 0;
  }

  /** Of what is being handed over. */
  private refused(): void {
    this.linesUnderWay -= this.lines;
    this.dropped += this.lines;
  }

  private written(): void {
    this.linesUnderWay = 0;
    for (const resolve of this.settled.splice(0)) resolve();
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (this.isAbandoned) return;
    if (error.code === "EAGAIN") {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => write(this.sonic, NOTHING), RETRY_MS);
      return;
    }
    this.dropped += this.linesUnderWay;
    this.sonic = this.open();
    this.written();
  }
}

const NOTHING = Buffer.alloc(0);

/** Its type knows text alone. */
function write(sonic: SonicBoom, bytes: Buffer): void {
  (sonic as unknown as { write(piece: Buffer): boolean }).write(bytes);
}
