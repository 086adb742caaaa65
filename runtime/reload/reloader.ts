import { stat } from "node:fs/promises";
import { types } from "node:util";
import { hasErrors, type Problem } from "../../config/problem";
import { readLastGood, saveLastGood } from "./last-good";
import { readFileInPieces, type FileContent } from "./read-file";
import { watchFile, type FileWatch } from "./watch-file";

/** What is served, and what became of the newest content of the file. */
export interface ReloadStatus {
  /** `served`: the file's content is served. `refused`: the file cannot be used, an older content is served. `none`: nothing is served. */
  readonly state: "served" | "refused" | "none";
  /** Why the file is not served. */
  readonly reason?: string;
  /** Of the refused content, else the warnings of the served one. */
  readonly problems?: readonly Problem[];
  /** SHA-256 (hex) of the text that is served. */
  readonly digest?: string;
  /** When that was applied, in milliseconds since 1970. */
  readonly loadedAt?: number;
}

/** What became of a text; `value` only where no problem is an error. */
export interface Loaded<T> {
  readonly problems: readonly Problem[];
  readonly value?: T;
}

export interface ReloaderOptions<T> {
  /** The configuration file. */
  readonly path: string;
  /** Where the last good text is kept over a restart; absent = nowhere. */
  readonly stateDir?: string | undefined;
  /** Reads and validates the whole file without changing anything. Throwing refuses it. */
  readonly load: (content: Buffer) => Loaded<T> | Promise<Loaded<T>>;
  /** Puts a value to use. Throwing means that nothing changed: the text is refused. */
  readonly apply: (value: T) => void | Promise<void>;
  /** Called after each look at the file, whatever came of it, but no more once it is being closed. Must not throw. */
  readonly onStatus?: (status: ReloadStatus) => void;
  /** See watchFile. */
  readonly pollMs?: number;
  /** See watchFile. */
  readonly debounceMs?: number;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

/** A larger configuration file is refused, in bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

interface Served {
  readonly digest: string;
  readonly loadedAt: number;
  readonly warnings: readonly Problem[];
}

interface Refusal {
  readonly reason: string;
  readonly problems: readonly Problem[];
}

/**
 * Keeps what is served in step with a file. A text is taken as a whole or refused as a whole, and a refused one leaves the older in use.
 * A start begins with the file, else with the last text that was applied before. One look at the file happens at a time.
 */
export class Reloader<T> {
  private served: Served | undefined;
  private refusal: Refusal | undefined;
  private watch: FileWatch | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private waiting: Promise<ReloadStatus> | undefined;
  private closed = false;

  constructor(private readonly options: ReloaderOptions<T>) {}

  get status(): ReloadStatus {
    const served = this.served && { digest: this.served.digest, loadedAt: this.served.loadedAt };
    if (this.refusal) return { state: served ? "refused" : "none", ...this.refusal, ...served };
    if (this.served === undefined) return { state: "none" };
    return { state: "served", ...(this.served.warnings.length > 0 && { problems: this.served.warnings }), ...served };
  }

  /** Loads the file, else (missing or refused) the last good text, then follows the file. Called once; never rejects. */
  start(): Promise<ReloadStatus> {
    // Watching begins before reading, so that no change falls in between.
    this.watch = watchFile({ ...this.options, onChange: () => this.reload().then(noResult) });
    return this.look(true);
  }

  /** Looks at the file now; calls that come while one waits share its result. Never rejects. */
  reload(): Promise<ReloadStatus> {
    return (this.waiting ??= this.look(false));
  }

  /** Ends the watching and waits for the look that runs. */
  async close(): Promise<void> {
    this.closed = true;
    this.watch?.close();
    await this.running;
  }

  private look(first: boolean): Promise<ReloadStatus> {
    const result = this.running.then(async () => {
      this.waiting = undefined;
      await this.takeFile(first);
      if (first && this.served === undefined) await this.takeLastGood();
      if (!this.closed) this.options.onStatus?.(this.status);
      return this.status;
    });
    this.running = result;
    return result;
  }

  private async takeFile(first: boolean): Promise<void> {
    const read = await readConfiguration(this.options.path);
    // A file that is being replaced is missing for a moment: wait for the new one.
    if (read.missing && !first) return;
    if (read.file === undefined) this.refuse(read.reason, []);
    else await this.take(read.file);
  }

  /** The refusal of the file stays on show while the last good text is served. */
  private async takeLastGood(): Promise<void> {
    const file = this.options.stateDir === undefined ? undefined : await readLastGood(this.options.stateDir);
    if (file === undefined) return;
    const { refusal } = this;
    await this.take(file);
    if (refusal) this.refusal = refusal;
  }

  private async take({ content, digest }: FileContent): Promise<void> {
    if (digest === this.served?.digest) {
      this.refusal = undefined;
      return;
    }
    try {
      const { problems, value } = await this.options.load(content);
      if (value === undefined || hasErrors(problems)) {
        this.refuse("the configuration is not valid", problems);
        return;
      }
      await this.options.apply(value);
      this.served = { digest, loadedAt: (this.options.now ?? Date.now)(), warnings: [...problems, ...(await this.save(content))] };
      this.refusal = undefined;
    } catch (error) {
      this.refuse(`the configuration cannot be applied: ${messageOf(error)}`, []);
    }
  }

  private refuse(reason: string, problems: readonly Problem[]): void {
    this.refusal = { reason, problems };
  }

  /** Not being able to save is no reason to refuse: it matters at the next start only. */
  private async save(content: Buffer): Promise<readonly Problem[]> {
    const { stateDir } = this.options;
    if (stateDir === undefined) return [];
    try {
      await saveLastGood(stateDir, content);
      return [];
    } catch (error) {
      const message = `The configuration is served, but must be saved in ${stateDir} to survive a restart: ${messageOf(error)}. Make the folder writable.`;
      return [{ severity: "warning", path: [], message }];
    }
  }
}

type ReadResult =
  | { readonly file: FileContent; readonly missing: false }
  | { readonly file?: undefined; readonly missing: boolean; readonly reason: string };

async function readConfiguration(path: string): Promise<ReadResult> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return { missing: false, reason: `${path} must be a file` };
    if (facts.size > MAX_FILE_BYTES) {
      return { missing: false, reason: `${path} must have at most ${MAX_FILE_BYTES} bytes, but has ${facts.size}` };
    }
    return { file: await readFileInPieces(path, facts.size), missing: false };
  } catch (error) {
    const missing = types.isNativeError(error) && "code" in error && error.code === "ENOENT";
    return { missing, reason: missing ? `${path} does not exist` : `${path} cannot be read: ${messageOf(error)}` };
  }
}

function noResult(): void {
  // The status tells.
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
