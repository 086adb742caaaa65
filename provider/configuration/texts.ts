import { keyShapes } from "../../config/key-shapes";
import type { Path, Problem } from "../../config/problem";
import { hasReference, parseReferences, ReferenceProblem } from "../../config/references";
import { fieldAt } from "../../config/schema/describe";
import type { Element } from "./elements";
import { isRecord } from "./plain";

/**
 * What is wrong with the texts of an element: a secret field that holds its value itself, a text anywhere that looks like a credential, a reference
 * that is not well formed. Messages name the place, never the text: it would stand in plan and state.
 */
export function textProblems({ plugin, path, route, config }: Element): readonly Problem[] {
  const problems: Problem[] = [];
  const error = (at: Path, message: string): void => void problems.push({ severity: "error", path: [...path, ...at], message });
  walk(config, [], (text, at) => {
    if (fieldAt(plugin, at)?.meta.secret === true && !hasReference(text)) {
      error(
        at,
        "must be a reference such as {vault://file/openai.key}, but a plain text was given. It would stand in the plan and in the state: put it into a file of the gateway's secrets folder, or into its environment.",
      );
    } else check(text, at, error);
  });
  walk(route, ["route"], (text, at) => check(text, at, error));
  return problems;
}

function check(text: string, at: Path, error: (path: Path, message: string) => void): void {
  const [shape] = keyShapes(text);
  if (shape !== undefined) {
    error(
      at,
      `must not hold a credential, but a text in it looks like ${shape}. Use a reference such as {vault://file/openai.key}, and make the credential invalid if it was shared.`,
    );
    return;
  }
  if (!hasReference(text)) return;
  try {
    parseReferences(text);
  } catch (problem) {
    if (!(problem instanceof ReferenceProblem)) throw problem;
    error(at, problem.message);
  }
}

function walk(value: unknown, path: Path, visit: (text: string, path: Path) => void): void {
  if (typeof value === "string") visit(value, path);
  else if (Array.isArray(value)) value.forEach((item: unknown, index) => walk(item, [...path, index], visit));
  else if (isRecord(value)) for (const [key, member] of Object.entries(value)) walk(member, [...path, key], visit);
}
