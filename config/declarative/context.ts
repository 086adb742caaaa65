import type { Path, Problem } from "../problem";
import { ReferenceProblem, resolveText, type ReferenceSource } from "../references";

/**
 * Problems of each severity that are kept. One mistake in a generated file is soon thousands of problems, and each costs time: its message, its place in
 * the file, its line in the log.
 */
export const MAX_PROBLEMS = 100;

/** What every step of loading a file needs: where references are read and where problems are collected. */
export class LoadContext {
  readonly #problems: Problem[] = [];
  readonly #counts = { error: 0, warning: 0 };

  /** @param isDeferred values that are known later than this check, such as tokens; they pass unchecked */
  constructor(
    readonly references: ReferenceSource,
    readonly isDeferred: (value: unknown) => boolean = () => false,
  ) {}

  /** The first problems of each severity, in the order they were found. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Says how many problems there are beyond those that are kept: nothing, or one problem per severity. */
  get unlisted(): readonly Problem[] {
    return (["error", "warning"] as const).flatMap((severity) => {
      const more = this.#counts[severity] - MAX_PROBLEMS;
      if (more <= 0) return [];
      const message = `There ${more === 1 ? `is 1 more ${severity}` : `are ${more} more ${severity}s`} of the same file: correct those that are listed first.`;
      return [{ severity, path: [], message }];
    });
  }

  /** @param message made only if the problem is kept, where it is a function */
  error(path: Path, message: string | (() => string)): void {
    if (this.#keeps("error")) this.#problems.push({ severity: "error", path, message: typeof message === "string" ? message : message() });
  }

  warning(path: Path, message: string): void {
    if (this.#keeps("warning")) this.#problems.push({ severity: "warning", path, message });
  }

  add(problems: readonly Problem[]): void {
    for (const problem of problems) if (this.#keeps(problem.severity)) this.#problems.push(problem);
  }

  #keeps(severity: Problem["severity"]): boolean {
    this.#counts[severity]++;
    return this.#counts[severity] <= MAX_PROBLEMS;
  }

  /** The text with its references replaced; where that fails the problem is noted and nothing returned. */
  resolve(text: string, path: Path): string | undefined {
    try {
      return resolveText(text, this.references);
    } catch (error) {
      this.error(path, error instanceof ReferenceProblem ? error.message : "The reference cannot be read.");
      return undefined;
    }
  }
}
