import { appendFile } from "node:fs";

/** Lines that wait for the disk at most; beyond that they are dropped and counted, as a slow disk must not fill the memory. */
const MAX_WAITING_LINES = 10_000;

/** One file of Kong's `file-log` plugin: appends a JSON line per exchange. */
export class FileLog {
  /** Lines that could not be written. */
  dropped = 0;
  private waiting: string[] = [];
  private writing = false;
  private idle: (() => void)[] = [];

  constructor(
    readonly path: string,
    private readonly onError: (error: Error, path: string) => void,
  ) {}

  write(entry: object): void {
    if (this.waiting.length >= MAX_WAITING_LINES) {
      this.dropped++;
      return;
    }
    this.waiting.push(`${JSON.stringify(entry)}\n`);
    if (!this.writing) this.flush();
  }

  /** Resolves when all lines so far are written or given up. */
  async settled(): Promise<void> {
    if (!this.writing) return;
    await new Promise<void>((resolve) => {
      this.idle.push(resolve);
    });
  }

  /** The file is opened anew for each batch, so that a rotated file is left alone (Kong's `reopen`) without a signal. */
  private flush(): void {
    const lines = this.waiting;
    this.waiting = [];
    this.writing = true;
    appendFile(this.path, lines.join(""), { mode: 0o640 }, (error) => {
      if (error !== null) {
        this.dropped += lines.length;
        this.onError(error, this.path);
      }
      this.writing = false;
      if (this.waiting.length > 0) this.flush();
      else for (const resolve of this.idle.splice(0)) resolve();
    });
  }
}

/** All open log files, one writer per path over all reloads, so that lines keep their order. */
export class FileLogs {
  private readonly logs = new Map<string, FileLog>();

  constructor(private readonly onError: (error: Error, path: string) => void) {}

  open(path: string): FileLog {
    let log = this.logs.get(path);
    if (log === undefined) {
      log = new FileLog(path, this.onError);
      this.logs.set(path, log);
    }
    return log;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.logs.values()].map((log) => log.settled()));
  }
}
