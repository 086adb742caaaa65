import { Path, ValueError } from "./cty/path";
import type { DiagnosticMessage } from "./server/messages";

/** One message to the person at the command line. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** A short title. */
  readonly summary: string;
  /** What was wrong, what is allowed, how to fix it. Never a secret. */
  readonly detail: string;
  /** The value it is about. Absent: the whole resource. */
  readonly path?: Path;
}

/** An error that a handler throws on purpose: its summary, detail and path become the diagnostic. */
export class ProviderError extends Error {
  readonly detail: string;
  readonly path: Path | undefined;

  constructor(summary: string, options: { readonly detail?: string; readonly path?: Path; readonly cause?: unknown } = {}) {
    super(summary, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "ProviderError";
    this.detail = options.detail ?? "";
    this.path = options.path;
  }
}

/** Collects diagnostics; an operation reports all it found, not the first. */
export class Diagnostics {
  private readonly found: Diagnostic[] = [];

  /** Everything collected so far. */
  get all(): readonly Diagnostic[] {
    return this.found;
  }

  get hasErrors(): boolean {
    return this.found.some(({ severity }) => severity === "error");
  }

  /** Adds an error; `path` names the value it is about. */
  error(summary: string, detail = "", path?: Path): this {
    this.found.push({ severity: "error", summary, detail, ...(path === undefined ? {} : { path }) });
    return this;
  }

  /** Adds a warning. It is shown on every plan, so keep it for what a user can end, such as the use of something deprecated. */
  warning(summary: string, detail = "", path?: Path): this {
    this.found.push({ severity: "warning", summary, detail, ...(path === undefined ? {} : { path }) });
    return this;
  }

  add(diagnostics: Iterable<Diagnostic>): this {
    this.found.push(...diagnostics);
    return this;
  }

  /** Adds what a handler threw: a ProviderError as it is, anything else by its message. Stacks and causes stay out. */
  thrown(error: unknown, during: string): this {
    if (error instanceof ProviderError) return this.error(error.message, error.detail, error.path);
    if (error instanceof ValueError)
      return this.error(`The provider made an invalid value while it was ${during}`, error.message, error.path);
    const message = error instanceof Error ? error.message : typeof error === "string" ? error : "an error without a message was thrown";
    return this.error(`Failed while ${during}`, message);
  }
}

/** Strings that must not leave in a diagnostic or a log line, with the encodings they usually travel in. */
export class Secrets {
  private readonly texts = new Set<string>();

  /** Registers a secret. Texts below four characters are no secrets and would garble every message. */
  add(secret: string): void {
    if (secret.length < 4) return;
    const buffer = Buffer.from(secret);
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(buffer.toString()),
      buffer.toString("base64").replace(/={1,2}$/, ""),
      buffer.toString("base64url"),
    ]) {
      this.texts.add(form);
    }
  }

  /** Registers all that another collection holds. */
  addAll(other: Secrets): void {
    for (const text of other.texts) this.texts.add(text);
  }

  /** The text without any of the secrets. */
  redact(text: string): string {
    let result = text;
    for (const secret of [...this.texts].sort((a, b) => b.length - a.length)) result = result.replaceAll(secret, "(sensitive value)");
    return result;
  }
}

/**
 * Diagnostics as core takes them, sorted by path. Paths deeper than core can point at are repeated in the text.
 */
export function toDiagnosticMessages(diagnostics: readonly Diagnostic[], secrets: Secrets): readonly DiagnosticMessage[] {
  return [...diagnostics]
    .sort((a, b) => Path.compare(a.path ?? Path.empty, b.path ?? Path.empty))
    .map(({ severity, summary, detail, path }) => {
      const place = path !== undefined && path.length > 1 && !detail.includes(path.toString()) ? `${path.toString()}: ` : "";
      return {
        severity: severity === "error" ? 1 : 2,
        summary: secrets.redact(summary),
        detail: secrets.redact(place + detail),
        ...(path === undefined || path.length === 0 ? {} : { attribute: path.toMessage() }),
      };
    });
}
