import { withoutKeys } from "./key-shapes";

/** Where a problem is, from the root of what was checked: `["config", "targets", 1, "weight"]`. */
export type Path = readonly (string | number)[];

/** One thing that is wrong (error) or doubtful (warning) in a configuration. Problems are data: they are collected and shown all at once. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** What must hold, what was given and what to do; never a secret's value. One or two sentences. */
  readonly message: string;
  /** Position in the file, both counted from 1, where the problem came from a file. */
  readonly line?: number;
  readonly column?: number;
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Prints a path the way people write it: `config.targets[1].weight`; a key that is no plain word is quoted: `headers["x.y"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!PLAIN_KEY.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/**
 * Prints a problem on one line: `file:line:column: error: path: message` with what is known of it. What looks like a key of a well-known service is left out, as it may
 * stand in a field that holds no secrets.
 */
export function formatProblem(problem: Problem, file?: string): string {
  const position = [file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const texts = [formatPath(problem.path), problem.message].map(withoutKeys);
  return [position, problem.severity, ...texts].filter((part) => part !== "").join(": ");
}

/** Whether any problem forbids the use of what was checked; warnings alone do not. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}
