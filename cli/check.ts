import { readFileSync } from "node:fs";
import type { Configuration } from "../config/configuration";
import { loadDeclarative } from "../config/declarative/load";
import { formatPath, hasErrors, type Problem } from "../config/problem";
import { createReferenceSource } from "../config/references";
import { CannotRun, describeError, EXIT } from "./errors";
import { formatProblems } from "./format-problems";
import type { Io } from "./io";

/** Arguments of `signalbox check`. */
export interface CheckOptions {
  /** Path of the declarative file, or `-` for standard input. */
  readonly file: string;
  /** Print one JSON object instead of text. */
  readonly json: boolean;
  /** Folder of `{vault://file/…}`. */
  readonly secretsDir?: string | undefined;
  /** Plugins that are passed over although they are enabled. */
  readonly ignorePlugins: readonly string[];
}

/**
 * Prints every problem of a declarative file and returns the exit code: 1 where one is an error, else 0.
 * @throws CannotRun where the file cannot be read.
 */
export function check(options: CheckOptions, io: Io): number {
  const { problems, configuration } = loadDeclarative(readInput(options.file), {
    references: createReferenceSource({ env: io.env, secretsDir: options.secretsDir }),
    ignorePlugins: options.ignorePlugins,
  });
  const name = options.file === "-" ? "stdin" : options.file;
  io.stdout(options.json ? toJson(name, problems) : toText(name, problems, configuration, io.colours));
  return hasErrors(problems) ? EXIT.problems : EXIT.ok;
}

/** The text of a file, or of standard input for `-`. @throws CannotRun where it cannot be read */
export function readInput(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new CannotRun(`The file ${file} cannot be read: ${describeError(error)}.`);
  }
}

function count(problems: readonly Problem[], severity: Problem["severity"]): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

function toJson(file: string, problems: readonly Problem[]): string {
  const rows = problems.map((problem) => ({ ...problem, path: formatPath(problem.path) }));
  const result = { file, ok: !hasErrors(problems), errors: count(problems, "error"), warnings: count(problems, "warning"), problems: rows };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

const plural = (amount: number, word: string): string => `${amount} ${word}${amount === 1 ? "" : "s"}`;

function toText(file: string, problems: readonly Problem[], configuration: Configuration | undefined, colours: boolean): string {
  return [...formatProblems(file, problems, colours), `${file}: ${summary(problems, configuration)}\n`].join("");
}

function summary(problems: readonly Problem[], configuration: Configuration | undefined): string {
  const errors = count(problems, "error");
  const warnings = count(problems, "warning");
  const found = [...(errors > 0 ? [plural(errors, "error")] : []), ...(warnings > 0 ? [plural(warnings, "warning")] : [])].join(", ");
  if (configuration === undefined) return found;
  const { services, routes, plugins } = configuration;
  const content = `${plural(services.length, "service")}, ${plural(routes.length, "route")}, ${plural(plugins.length, "plugin")}`;
  return `${found === "" ? "ok" : found} (${content})`;
}
