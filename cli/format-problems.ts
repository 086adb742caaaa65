import { formatProblem, type Problem } from "../config/problem";

/** One line per problem, with its line break: `file:line:column: error: path: message`. */
export function formatProblems(file: string, problems: readonly Problem[], colours: boolean): string[] {
  return problems.map((problem) => {
    const line = formatProblem(problem, file);
    if (!colours) return `${line}\n`;
    const colour = problem.severity === "error" ? 31 : 33;
    return `${line.replace(`: ${problem.severity}: `, `: \u001b[${colour}m${problem.severity}\u001b[0m: `)}\n`;
  });
}
