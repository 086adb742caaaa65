import type { Path, Problem } from "../problem";
import { ReferenceProblem, resolveText, type ReferenceSource } from "../references";

/** What every step of loading a file needs: where references are read and where problems are collected. */
export class LoadContext {
  readonly #problems: Problem[] = [];

  /** @param isDeferred values that are known later than this check, such as tokens; they pass unchecked */
  constructor(
    readonly references: ReferenceSource,
    readonly isDeferred: (value: unknown) => boolean = () => false,
  ) {}

  /** All problems so far, in the order they were found. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  error(path: Path, message: string): void {
    this.#problems.push({ severity: "error", path, message });
  }

  warning(path: Path, message: string): void {
    this.#problems.push({ severity: "warning", path, message });
  }

  add(problems: readonly Problem[]): void {
    for (const problem of problems) this.#problems.push(problem);
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
