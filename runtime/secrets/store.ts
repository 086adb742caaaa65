import { join } from "node:path";
import {
  createReferenceSource,
  parseReferences,
  ReferenceProblem,
  referencesOf,
  type Reference,
  type ReferenceSource,
} from "../../config/references";
import { watchFile, type FileWatch } from "../reload/watch-file";

/** What the store writes to the log; pino's logger fits. */
export interface SecretLog {
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
}

export interface SecretStoreOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder below which `{vault://file/...}` paths lie; absent = such references cannot be read. */
  readonly secretsDir?: string | undefined;
  readonly log: SecretLog;
  /** How often files are looked at besides file system events, in milliseconds. Default 1000. */
  readonly pollMs?: number;
}

/** A text that may hold references, ready for use on every request. */
export interface SecretText {
  /** The text with the present values of its references; no work where nothing changed since the last call. Never throws. */
  read(): string;
}

/** What a text is for. */
export interface TextUse {
  /** The field, for messages: `auth.header_value`. */
  readonly field: string;
  /** Why a text will not do, as the end of a sentence that begins with the field's name, without anything of the text; undefined if it will. */
  problemOf(text: string): string | undefined;
}

/** The secrets in use: read once, kept in memory, and read again when their file changes. */
export interface SecretStore extends ReferenceSource {
  /** The value at this moment, from its place. @throws ReferenceProblem naming the variable or file, never a value */
  read(reference: Reference): string;
  /**
   * @param use what the text is for, if not every text will do; a changed file that makes another one of it counts as one that cannot be read
   * @throws ReferenceProblem where a reference of the text is not well formed or cannot be read at this moment, or where the text will not do
   */
  compileText(text: string, use?: TextUse): SecretText;
  /** Ends all watching; texts keep their last values. */
  close(): void;
}

/**
 * Makes a store for the whole life of a gateway. A file is watched as long as a text that needs it is alive, so that reloads leave nothing
 * behind; its folder's `..data` link being swapped (as Kubernetes does) is a change like any other. A file that cannot be read later on
 * keeps its last value and is logged once. Environment variables are read once per text.
 */
export function createSecretStore(options: SecretStoreOptions): SecretStore {
  return new WatchingStore(options);
}

/** One reference to a file and its last good value. */
interface Entry {
  readonly reference: Reference;
  value: string;
  failing: boolean;
}

interface Watched {
  readonly entry: WeakRef<Entry>;
  readonly watch: FileWatch;
}

/** Grows with each changed value, so that texts notice with one comparison. */
interface Generation {
  count: number;
}

class WatchingStore implements SecretStore {
  private readonly source: ReferenceSource;
  private readonly generation: Generation = { count: 0 };
  private readonly watched = new Map<string, Watched>();
  private readonly abandoned = new FinalizationRegistry<string>((text) => this.forget(text));

  constructor(private readonly options: SecretStoreOptions) {
    this.source = createReferenceSource(options);
  }

  read(reference: Reference): string {
    return this.source.read(reference);
  }

  compileText(text: string, use?: TextUse): SecretText {
    const references = parseReferences(text);
    const pieces = references.map((piece) => (typeof piece === "string" ? piece : this.compileReference(piece)));
    const check = use === undefined ? anyText : (present: string) => problemFor(text, present, use);
    const problem = check(presentText(pieces));
    if (problem !== undefined) throw new ReferenceProblem(problem);
    if (pieces.every((piece) => typeof piece === "string")) return new ConstantText(pieces.join(""));
    return new ChangingText(pieces, this.generation, check, (reason) =>
      this.options.log.warn({ reference: referencesOf(text) }, `${reason} Its last value stays in use.`),
    );
  }

  close(): void {
    for (const { watch } of this.watched.values()) watch.close();
    this.watched.clear();
  }

  private compileReference(reference: Reference): string | Entry {
    return reference.kind === "env" || this.options.secretsDir === undefined
      ? this.source.read(reference)
      : this.follow(reference, this.options.secretsDir);
  }

  private follow(reference: Reference, secretsDir: string): Entry {
    const known = this.watched.get(reference.text)?.entry.deref();
    if (known !== undefined) {
      this.renew(known, this.source.read(reference));
      return known;
    }
    const path = join(secretsDir, reference.name);
    // Watching begins before reading, so that no change falls in between.
    const watch = watchFile({
      path,
      onChange: () => this.reread(reference.text),
      reportMissing: true,
      ...(this.options.pollMs !== undefined && { pollMs: this.options.pollMs }),
    });
    let value: string;
    try {
      value = this.source.read(reference);
    } catch (error) {
      watch.close();
      throw error;
    }
    const entry: Entry = { reference, value, failing: false };
    this.forget(reference.text);
    this.watched.set(reference.text, { entry: new WeakRef(entry), watch });
    this.abandoned.register(entry, reference.text);
    return entry;
  }

  private reread(text: string): void {
    const entry = this.watched.get(text)?.entry.deref();
    if (entry === undefined) return;
    try {
      this.renew(entry, this.source.read(entry.reference));
    } catch (error) {
      if (!entry.failing) {
        // Only the reference's own problem is known to hold no value.
        const reason = error instanceof ReferenceProblem ? error.message : "It cannot be read.";
        this.options.log.warn({ reference: text }, `${reason} Its last value stays in use.`);
      }
      entry.failing = true;
    }
  }

  private renew(entry: Entry, value: string): void {
    entry.failing = false;
    if (entry.value === value) return;
    entry.value = value;
    this.generation.count++;
  }

  /** Ends the watch of a reference whose entry is gone; one that was made anew meanwhile stays. */
  private forget(text: string): void {
    const watched = this.watched.get(text);
    if (watched === undefined || watched.entry.deref() !== undefined) return;
    watched.watch.close();
    this.watched.delete(text);
  }
}

class ConstantText implements SecretText {
  constructor(private readonly text: string) {}

  read(): string {
    return this.text;
  }
}

/** Why a text will not do, as a sentence; undefined if it will. */
type Check = (text: string) => string | undefined;

const anyText: Check = () => undefined;

function problemFor(text: string, present: string, use: TextUse): string | undefined {
  const problem = use.problemOf(present);
  if (problem === undefined) return undefined;
  const references = referencesOf(text);
  return references === "" ? `${use.field} ${problem}` : `${use.field}: What ${references} stands for ${problem}`;
}

class ChangingText implements SecretText {
  private text: string;
  private seen: number;
  private failing = false;

  constructor(
    private readonly pieces: readonly (string | Entry)[],
    private readonly generation: Generation,
    private readonly check: Check,
    private readonly onKept: (problem: string) => void,
  ) {
    this.text = presentText(pieces);
    this.seen = generation.count;
  }

  read(): string {
    if (this.seen === this.generation.count) return this.text;
    this.seen = this.generation.count;
    const text = presentText(this.pieces);
    const problem = text === this.text ? undefined : this.check(text);
    if (problem === undefined) this.text = text;
    else if (!this.failing) this.onKept(problem);
    this.failing = problem !== undefined;
    return this.text;
  }
}

function presentText(pieces: readonly (string | Entry)[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece.value)).join("");
}
