import type { DiagnosticMessage } from "../server/messages";

/** What the test kit throws where core would speak of a bug in the provider, or where an operation fails that should not. */
export class LifeCycleError extends Error {
  constructor(
    message: string,
    /** The diagnostics of the operation, if it was an operation that failed. */
    readonly diagnostics: readonly DiagnosticMessage[] = [],
  ) {
    super([message, ...diagnostics.map(({ summary, detail }) => `- ${summary}: ${detail}`)].join("\n"));
    this.name = "LifeCycleError";
  }
}

/** Fails a test for something that is not there. */
export function missing(what: string): never {
  throw new LifeCycleError(`${what} does not exist`);
}

/** Fails where there is an error. */
export function requireNoErrors(doing: string, diagnostics: readonly DiagnosticMessage[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 1);
  if (errors.length > 0) throw new LifeCycleError(`${doing} failed`, errors);
}
