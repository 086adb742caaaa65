import { compileExpression, type Expression } from "../../config/expressions";
import { headerText } from "../bytes/header-text";

/** What a route asks of one header. */
export interface RouteHeader {
  /** Lower case. */
  readonly name: string;
  /** Accepted values in lower case; empty where `regex` decides. */
  readonly values: ReadonlySet<string>;
  readonly regex: Expression | undefined;
}

/**
 * Compiles a route's `headers`: each named header must be there with one of the values, in any case; a single value that begins with `~*` is
 * a regular expression that is sought anywhere in the header, in any case.
 *
 * @throws ExpressionProblem if such a regular expression is not valid
 */
export function compileHeaders(headers: Readonly<Record<string, readonly string[]>>): readonly RouteHeader[] {
  return Object.entries(headers).map(([name, values]) => {
    const [first] = values;
    const regex =
      values.length === 1 && first?.startsWith("~*") ? compileExpression(first.slice(2), { anchored: false, ignoreCase: true }) : undefined;
    return { name: name.toLowerCase(), values: new Set(regex ? [] : values.map((value) => value.toLowerCase())), regex };
  });
}

/** Whether a request's headers (names in lower case) have all that is asked. */
export function acceptsHeaders(asked: readonly RouteHeader[], headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  for (const header of asked) {
    const given = headers[header.name];
    if (given === undefined) return false;
    if (typeof given === "string" ? !acceptsValue(header, given) : !given.some((value) => acceptsValue(header, value))) return false;
  }
  return true;
}

function acceptsValue({ values, regex }: RouteHeader, value: string): boolean {
  const text = headerText(value);
  return regex ? regex.test(text) : values.has(text.toLowerCase());
}
