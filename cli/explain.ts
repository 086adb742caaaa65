import type { AiPlugin, Configuration, RouteEntity } from "../config/configuration";
import { loadDeclarative } from "../config/declarative/load";
import { hasErrors } from "../config/problem";
import { createReferenceSource } from "../config/references";
import { unservedRoute } from "../config/served";
import { explainPlugin, type PluginExplanation } from "../runtime/failover/explain";
import { labelOf } from "../runtime/targets/identity";
import { PluginScopes, servedRoutes } from "../runtime/router/scope";
import { readInput, type CheckOptions } from "./check";
import { CannotRun, EXIT } from "./errors";
import { formatProblems } from "./format-problems";
import type { Io } from "./io";

/** Arguments of `signalbox explain`. */
export interface ExplainOptions extends CheckOptions {
  /** Name of the only route to explain; undefined = all. */
  readonly route: string | undefined;
}

interface ExplainedRoute extends PluginExplanation {
  readonly route: string;
  readonly algorithm: string;
  readonly targets: readonly string[];
}

/** A route whose requests are all answered with 501. */
interface UnservedRoute {
  readonly route: string;
  /** What of its configuration this version does not serve. */
  readonly unserved: string;
}

/**
 * Prints, for each route, what happens on each kind of failure and the worst case in seconds. Returns 1 where the file has errors, else 0.
 * @throws CannotRun where the file cannot be read, or has no such route
 */
export function explain(options: ExplainOptions, io: Io): number {
  const { problems, configuration } = loadDeclarative(readInput(options.file), {
    references: createReferenceSource({ env: io.env, secretsDir: options.secretsDir }),
    ignorePlugins: options.ignorePlugins,
  });
  if (configuration === undefined || hasErrors(problems)) {
    for (const line of formatProblems(options.file, problems, false)) io.stderr(line);
    return EXIT.problems;
  }
  const routes = explainRoutes(configuration, options.route);
  io.stdout(options.json ? `${JSON.stringify({ routes }, undefined, 2)}\n` : routes.map(toText).join("\n"));
  return EXIT.ok;
}

function explainRoutes(configuration: Configuration, only: string | undefined): (ExplainedRoute | UnservedRoute)[] {
  const routes = servedRoutes(configuration);
  const chosen = only === undefined ? routes : routes.filter(({ key, name }) => key === only || name === only);
  if (chosen.length === 0) {
    const known = routes.map(({ key }) => key).join(", ");
    throw new CannotRun(only === undefined ? "The file has no route that is served." : `There is no route ${only}; there is ${known}.`);
  }
  const scopes = new PluginScopes(configuration.plugins);
  return chosen.flatMap((route) => {
    const { ai } = scopes.select(route);
    return ai === undefined ? [] : [explainRoute(route, ai)];
  });
}

function explainRoute(route: RouteEntity, { config }: AiPlugin): ExplainedRoute | UnservedRoute {
  const unserved = unservedRoute(config);
  if (unserved !== undefined) return { route: route.key, unserved };
  return {
    route: route.key,
    algorithm: config.balancer.algorithm,
    targets: config.targets.map((target, index) => labelOf(index, target)),
    ...explainPlugin(config),
  };
}

function toText(route: ExplainedRoute | UnservedRoute): string {
  return "unserved" in route
    ? `route ${route.route}: 501 to every request, as this version does not serve ${route.unserved}\n`
    : explanationText(route);
}

function explanationText({
  route,
  algorithm,
  targets,
  failures,
  maxAttempts,
  worstSeconds,
  withoutDeadlineSeconds,
  notes,
}: ExplainedRoute): string {
  const rows = failures.map((row) => [row.failure, row.then, row.atLast, row.counts ? "yes" : "no", `${row.worstSeconds} s`]);
  const deadline =
    worstSeconds < withoutDeadlineSeconds
      ? `${worstSeconds} s by extensions.deadline (${withoutDeadlineSeconds} s without it)`
      : `${worstSeconds} s; extensions.deadline would limit it`;
  return [
    `route ${route}: ${algorithm} over ${targets.join(", ")}; at most ${maxAttempts} attempt${maxAttempts === 1 ? "" : "s"}`,
    `worst case until an answer: ${deadline}`,
    "",
    ...table([["failure of a POST", "then", "at last", "breaker", "worst case"], ...rows]),
    "",
    ...(notes.length > 0 ? [...notes, ""] : []),
  ].join("\n");
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(
    (row) =>
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}`,
  );
}
