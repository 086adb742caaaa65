import { statSync, watch, type FSWatcher } from "node:fs";
import { dirname } from "node:path";

export interface WatchFileOptions {
  readonly path: string;
  /**
   * Called after the file changed and has been still for `debounceMs`; never while an earlier call runs, whose end is followed by a further
   * call where the file changed meanwhile. Must not reject.
   */
  readonly onChange: () => void | Promise<void>;
  /** How often the file is looked at besides file system events, in milliseconds. Default 1000. */
  readonly pollMs?: number;
  /** How long the file must be still, in milliseconds. Default 50. */
  readonly debounceMs?: number;
  /** Whether a file that goes missing is a change too. Default false: it is waited for, as a replacement may follow. */
  readonly reportMissing?: boolean;
}

/** A running watch. */
export interface FileWatch {
  /** Ends it: no call of `onChange` begins after this. Twice is as good as once. */
  close(): void;
}

/** The signature of a file that is not there or may not be looked at. */
const MISSING = "missing";

/** A file that never comes to rest is reported all the same after so many rounds of `debounceMs`. */
const MAX_ROUNDS = 10;

/**
 * Reports each change of a file, however it is made: written in place, replaced by a rename, deleted and created, or reached by a symbolic
 * link that now leads elsewhere. It watches the folder, since a watch on the file itself stays with the old inode, and looks at the file in
 * intervals, since some file systems send no events. What the file is when the watch begins is no change; while it is missing nothing is reported
 * unless `reportMissing` is set.
 * Neither timers nor the watch keep the process alive.
 */
export function watchFile(options: WatchFileOptions): FileWatch {
  return new FolderWatch(options);
}

class FolderWatch implements FileWatch {
  private readonly folder: string;
  private readonly poll: NodeJS.Timeout;
  private readonly debounceMs: number;
  private events: FSWatcher | undefined;
  /** The folder's identity when `events` began: a folder that is made anew sends no more events to an old watch. */
  private watchedFolder: string | undefined;
  private reported: string;
  private settling: NodeJS.Timeout | undefined;
  private busy = false;
  private closed = false;

  constructor(private readonly options: WatchFileOptions) {
    this.folder = dirname(options.path);
    this.debounceMs = options.debounceMs ?? 50;
    this.reported = signatureOf(options.path);
    this.watchFolder();
    this.poll = setInterval(() => this.look(), options.pollMs ?? 1000);
    this.poll.unref();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.poll);
    clearTimeout(this.settling);
    this.events?.close();
  }

  private look(): void {
    if (this.closed) return;
    this.watchFolder();
    if (this.busy || this.settling !== undefined) return;
    const seen = signatureOf(this.options.path);
    if (this.isNews(seen)) this.settle(seen, 1);
  }

  private isNews(signature: string): boolean {
    return signature !== this.reported && (signature !== MISSING || this.options.reportMissing === true);
  }

  /** Reports once the file has stayed as `seen` for a while. */
  private settle(seen: string, round: number): void {
    this.settling = setTimeout(() => {
      this.settling = undefined;
      const now = signatureOf(this.options.path);
      if (!this.isNews(now)) return;
      if (now !== seen && round < MAX_ROUNDS) this.settle(now, round + 1);
      else void this.report(now);
    }, this.debounceMs);
    this.settling.unref();
  }

  private async report(signature: string): Promise<void> {
    this.reported = signature;
    this.busy = true;
    try {
      await this.options.onChange();
    } finally {
      this.busy = false;
    }
    this.look();
  }

  private watchFolder(): void {
    const identity = identityOf(this.folder);
    if (identity === this.watchedFolder) return;
    this.forgetFolder();
    if (identity === undefined) return;
    try {
      this.events = watch(this.folder, { persistent: false }, () => this.look());
      this.events.on("error", () => this.forgetFolder());
      this.watchedFolder = identity;
    } catch {
      // No events (too many watches, a strange file system): looking in intervals is enough.
      this.forgetFolder();
    }
  }

  private forgetFolder(): void {
    this.events?.close();
    this.events = undefined;
    this.watchedFolder = undefined;
  }
}

/** Changes whenever the content may have. */
function signatureOf(path: string): string {
  try {
    const facts = statSync(path, { bigint: true });
    return [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join(":");
  } catch {
    return MISSING;
  }
}

function identityOf(folder: string): string | undefined {
  try {
    const facts = statSync(folder, { bigint: true });
    return `${facts.dev.toString()}:${facts.ino.toString()}`;
  } catch {
    return undefined;
  }
}
