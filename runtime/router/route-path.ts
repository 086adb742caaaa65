import { compileExpression, endOfSet, type Expression } from "../../config/expressions";
import { normalizePath, percentEncode } from "./normalize-path";

/** A route's path, ready to be matched against normalised request paths. */
export interface RoutePath {
  /** Every path that matches begins with this text. For a prefix path that is the whole condition. */
  readonly literal: string;
  /** Anchored at the start, not at the end; undefined for a prefix path. */
  readonly regex: Expression | undefined;
}

/** Characters of a regular expression that are the same in every normalised path. */
const LITERAL = /[A-Za-z0-9\-_~/!&',;=:@]/;

/**
 * Compiles one of a route's `paths`: a prefix, or a regular expression if it begins with `~`.
 *
 * @throws ExpressionProblem if the regular expression is not valid
 */
export function compileRoutePath(path: string): RoutePath {
  if (!path.startsWith("~")) return { literal: normalizePath(path, "utf8"), regex: undefined };
  const source = path.slice(1).replace(/[^\p{ASCII}]+/gu, (text) => percentEncode(text, "utf8"));
  return { literal: literalStart(source), regex: compileExpression(source, { anchored: true, ignoreCase: false }) };
}

/** The text with which everything that matches begins; may be shorter than it could be, never longer. */
function literalStart(source: string): string {
  if (hasOuterAlternative(source)) return "";
  let text = "";
  let at = source.startsWith("^") ? 1 : 0;
  for (;;) {
    if (source[at] === "\\" && /[./-]/.test(source[at + 1] ?? "")) at++;
    else if (!LITERAL.test(source[at] ?? "")) return text;
    const next = source[at + 1] ?? "";
    // A quantifier that may mean "none" takes its character back.
    if (next === "?" || next === "*" || next === "{") return text;
    text += source[at] ?? "";
    at++;
  }
}

function hasOuterAlternative(source: string): boolean {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    // A quoted text may hold anything: better no literal start than a wrong one.
    if (character === "\\" && source[at + 1] === "Q") return true;
    if (character === "\\") at++;
    else if (character === "[") at = endOfSet(source, at);
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "|" && depth === 0) return true;
  }
  return false;
}
