import { open } from "node:fs/promises";
import { within } from "../within";
import { LOG_FLAGS, LOG_MODE } from "./log-output";

/** Characters that wait for one file, and for all together; beyond that lines are dropped and counted, as a slow disk must not fill the memory. */
const MAX_WAITING = 8 * 1024 * 1024;
const MAX_WAITING_IN_ALL = 32 * 1024 * 1024;

/** Files that are written at once: a disk that hangs must not take all threads, which name look-ups need too. It also bounds the open descriptors. */
const MAX_AT_ONCE = 2;

/** A file that takes nothing just now is tried again after the first of these times, then after ever longer ones up to the second. */
const RETRY_MS = { first: 50, longest: 1000 };

/** The trouble with a file is told once in this time. */
const TELL_MS = 60_000;

/** Files in trouble that are remembered at most. */
const MAX_REMEMBERED = 1000;

/** Errors that pass: a pipe that is full, and no descriptor to spare. */
const PASSING = new Set(["EAGAIN", "EMFILE", "ENFILE"]);

/** What file logs need of their gateway. */
export interface FileLogOptions {
  /** Lines of a file were dropped; told once a minute for each file, with how many they were since. */
  readonly onTrouble: (error: Error, path: string, dropped: number) => void;
  /** Takes lines for `/dev/stdout`, so that they do not mix with those of the gateway's own log. Default: it is a file like any other. */
  readonly standardOutput?: (line: string) => void;
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number;
}

/** One file of Kong's `file-log` plugin: appends a JSON line per exchange. */
export class FileLog {
  constructor(
    readonly path: string,
    private readonly take: (line: string) => void,
  ) {}

  write(entry: object): void {
    this.take(`${JSON.stringify(entry)}\n`);
  }
}

interface Batch {
  /** What is not written yet. */
  bytes: Buffer;
  readonly size: number;
  readonly lines: number;
  readonly characters: number;
}

/** What waits for one file. */
interface Destination {
  readonly path: string;
  lines: string[];
  /** Of these lines and the batch. */
  characters: number;
  /** Lines that were begun with and that the file did not take whole. */
  batch: Batch | undefined;
  retryMs: number;
}

/**
 * All files of `file-log`, over all reloads. No file is waited for: each is opened for every batch, so that a rotated one is left alone (Kong's
 * `reopen`), and never blocks; a pipe without a reader, a full disk or a folder that has gone costs its lines and nothing else.
 */
export class FileLogs {
  /** Lines given up. */
  dropped = 0;
  readonly #destinations = new Map<string, Destination>();
  readonly #ready: Destination[] = [];
  readonly #told = new Map<string, { readonly at: number; dropped: number }>();
  /** Files that end within a line. */
  readonly #torn = new Set<string>();
  readonly #now: () => number;
  #characters = 0;
  #atOnce = 0;
  #isClosed = false;
  #onIdle: () => void = () => undefined;

  constructor(private readonly options: FileLogOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** A file to write to; nothing is opened before the first line. */
  open(path: string): FileLog {
    const { standardOutput } = this.options;
    const isOurs = path === "/dev/stdout" && standardOutput !== undefined;
    return new FileLog(path, isOurs ? standardOutput : (line) => this.#take(path, line));
  }

  /** Writes what waits, but gives up what is not written after so many milliseconds. No line is taken any more. */
  async close(milliseconds: number): Promise<void> {
    this.#isClosed = true;
    if (this.#destinations.size > 0) {
      await within(milliseconds, new Promise<void>((resolve) => (this.#onIdle = resolve)));
    }
    for (const destination of this.#destinations.values()) this.dropped += destination.lines.length + (destination.batch?.lines ?? 0);
    this.#destinations.clear();
    this.#ready.length = 0;
  }

  #take(path: string, line: string): void {
    const present = this.#destinations.get(path);
    if (this.#isClosed || this.#characters + line.length > MAX_WAITING_IN_ALL || (present?.characters ?? 0) + line.length > MAX_WAITING) {
      this.dropped++;
      return;
    }
    const destination = present ?? { path, lines: [], characters: 0, batch: undefined, retryMs: RETRY_MS.first };
    destination.lines.push(line);
    destination.characters += line.length;
    this.#characters += line.length;
    if (present !== undefined) return;
    this.#destinations.set(path, destination);
    this.#ready.push(destination);
    this.#next();
  }

  #next(): void {
    while (this.#atOnce < MAX_AT_ONCE) {
      const destination = this.#ready.shift();
      if (destination === undefined) return;
      this.#atOnce++;
      void this.#append(destination).then(() => {
        this.#atOnce--;
        this.#next();
      });
    }
  }

  /** Never rejects. */
  async #append(destination: Destination): Promise<void> {
    const batch = (destination.batch ??= this.#batchOf(destination));
    try {
      const file = await open(destination.path, LOG_FLAGS, LOG_MODE);
      try {
        while (batch.bytes.length > 0) {
          const { bytesWritten } = await file.write(batch.bytes);
          batch.bytes = batch.bytes.subarray(bytesWritten);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      if (this.#passes(error, destination)) return;
      this.#drop(destination.path, batch.lines, error);
      if (batch.bytes.length < batch.size) forgetOldest(this.#torn.add(destination.path));
    }
    destination.batch = undefined;
    destination.characters -= batch.characters;
    this.#characters -= batch.characters;
    destination.retryMs = RETRY_MS.first;
    if (destination.lines.length > 0) this.#ready.push(destination);
    else this.#destinations.delete(destination.path);
    if (this.#destinations.size === 0) this.#onIdle();
  }

  #batchOf(destination: Destination): Batch {
    const { lines, characters, path } = destination;
    const bytes = Buffer.from((this.#torn.delete(path) ? "\n" : "") + lines.join(""));
    destination.lines = [];
    return { bytes, size: bytes.length, lines: lines.length, characters };
  }

  /** Whether the file may take the rest later; then it is tried again. */
  #passes(error: unknown, destination: Destination): boolean {
    if (!PASSING.has((error as NodeJS.ErrnoException).code ?? "")) return false;
    const milliseconds = destination.retryMs;
    destination.retryMs = Math.min(milliseconds * 2, RETRY_MS.longest);
    setTimeout(() => {
      if (this.#destinations.get(destination.path) !== destination) return;
      this.#ready.push(destination);
      this.#next();
    }, milliseconds).unref();
    return true;
  }

  #drop(path: string, lines: number, error: unknown): void {
    this.dropped += lines;
    const now = this.#now();
    const told = this.#told.get(path);
    if (told !== undefined && now - told.at < TELL_MS) {
      told.dropped += lines;
      return;
    }
    this.#told.delete(path);
    this.#told.set(path, { at: now, dropped: 0 });
    forgetOldest(this.#told);
    this.options.onTrouble(error as Error, path, (told?.dropped ?? 0) + lines);
  }
}

/** Forgets the oldest entry if there are too many. */
function forgetOldest(entries: { readonly size: number; keys(): Iterator<string, undefined>; delete(key: string): boolean }): void {
  if (entries.size > MAX_REMEMBERED) entries.delete(entries.keys().next().value ?? "");
}
