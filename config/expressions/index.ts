/**
 * Regular expressions that a configuration brings. Their language is RE2's, whose matching takes linear time, whatever the expression and the text:
 * texts come from clients. JavaScript's own engine, which is many times faster, does the work where linear time is proved for it as well.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { isLinear } from "./linear";
import { refusalOf } from "./refusals";
import { parsePlain } from "./syntax";

export { endOfSet } from "./refusals";

/** Longer expressions are refused, in characters. */
const MAX_LENGTH = 1000;
/** Larger programs are refused, in instructions: a match takes the length of the text times this at worst. */
const MAX_PROGRAM = 1000;

/** Where an expression matched. */
export interface ExpressionMatch {
  /** Length of what matched. */
  readonly length: number;
  /** Texts of the named groups; one that took no part is undefined or missing. Undefined where the expression has none. */
  readonly groups: Readonly<Record<string, string | undefined>> | undefined;
}

/** A compiled expression. Both run in linear time. */
export interface Expression {
  /** The first match; undefined where there is none. */
  exec(text: string): ExpressionMatch | undefined;
  /** Whether there is a match. */
  test(text: string): boolean;
}

/** How an expression is meant. */
export interface ExpressionOptions {
  /** Matches at the start of the text only; else anywhere. */
  readonly anchored: boolean;
  readonly ignoreCase: boolean;
}

/** An expression that cannot be served; the message says what it must be, as in "must be a valid regular expression (…)". */
export class ExpressionProblem extends Error {
  override readonly name = "ExpressionProblem";
}

/** Why a text is no regular expression that is served; undefined where it is one. */
export function complainAboutExpression(expression: string): string | undefined {
  try {
    compileRe2(expression, 0);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionProblem) return error.message;
    throw error;
  }
}

/** @throws ExpressionProblem */
export function compileExpression(expression: string, options: ExpressionOptions): Expression {
  const inline = expression.startsWith("(?i)");
  const ignoreCase = options.ignoreCase || inline;
  const source = inline ? expression.slice(4) : expression;
  const plain = source.length > MAX_LENGTH ? undefined : parsePlain(source, ignoreCase);
  if (plain !== undefined && isLinear(plain, options)) {
    const pattern = source.replaceAll("(?P<", "(?<");
    return new NativeExpression(new RegExp(options.anchored ? `^(?:${pattern})` : pattern, ignoreCase ? "i" : ""));
  }
  return new Re2Expression(compileRe2(expression, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0), options.anchored);
}

class NativeExpression implements Expression {
  constructor(private readonly regex: RegExp) {}

  exec(text: string): ExpressionMatch | undefined {
    const match = this.regex.exec(text);
    return match === null ? undefined : { length: match[0].length, groups: match.groups };
  }

  test(text: string): boolean {
    return this.regex.test(text);
  }
}

class Re2Expression implements Expression {
  private readonly names: readonly string[];

  constructor(
    private readonly regex: RE2JS,
    private readonly anchored: boolean,
  ) {
    this.names = Object.keys(regex.namedGroups());
  }

  exec(text: string): ExpressionMatch | undefined {
    const matcher = this.regex.matcher(text);
    if (!(this.anchored ? matcher.lookingAt() : matcher.find())) return undefined;
    const length = matcher.end() - matcher.start();
    if (this.names.length === 0) return { length, groups: undefined };
    const groups = Object.create(null) as Record<string, string | undefined>;
    for (const name of this.names) groups[name] = matcher.group(name) ?? undefined;
    return { length, groups };
  }

  test(text: string): boolean {
    return this.anchored ? this.regex.matcher(text).lookingAt() : this.regex.test(text);
  }
}

function compileRe2(expression: string, flags: number): RE2JS {
  if (expression.length > MAX_LENGTH) {
    throw new ExpressionProblem(`must be a regular expression of at most ${MAX_LENGTH} characters: spread it over several`);
  }
  const refusal = refusalOf(expression);
  if (refusal !== undefined) throw new ExpressionProblem(refusal);
  const compiled = compiledOrReason(expression, flags);
  if (typeof compiled === "string") throw new ExpressionProblem(`must be a valid regular expression (${compiled})`);
  if (compiled.programSize() > MAX_PROGRAM) {
    throw new ExpressionProblem(
      `must be a simpler regular expression: repeat counts such as {1,100} multiply its size, which is ${compiled.programSize()} and may be ${MAX_PROGRAM}`,
    );
  }
  return compiled;
}

function compiledOrReason(expression: string, flags: number): RE2JS | string {
  try {
    return RE2JS.compile(expression, flags);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error.getDescription();
    // Whatever the library throws at an expression: it is the expression that cannot be used.
    return error instanceof Error ? error.message : "syntax error";
  }
}
