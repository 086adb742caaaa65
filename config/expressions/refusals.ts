/** What other engines understand and RE2 does not, with what to write instead. */

const LINEAR = "which cannot be matched in linear time";
const NO_LOOK_AHEAD = `must do without look-ahead such as (?=…) and (?!…), ${LINEAR}: give what is to be excluded a route of its own with a higher regex_priority`;
const NO_LOOK_BEHIND = `must do without look-behind such as (?<=…) and (?<!…), ${LINEAR}: write what stands before as a part of the expression`;
const NO_BACK_REFERENCE = `must do without back-references such as \\1 and \\k<name>, ${LINEAR}: write the alternatives out, as in /(?:a/a|b/b)`;
const NO_ATOMIC =
  "must do without atomic groups and possessive quantifiers such as (?>…) and a++: nothing is tried twice here, so write (?:…) and a+";
const NO_CONDITION = "must do without conditions, recursion and branch resets such as (?(1)…), (?R) and (?|…): write the alternatives out";
const NO_COMMENT = "must do without comments and the flag x: write the expression without them";
const NO_VERB = "must do without verbs such as (*ACCEPT) and (*UTF8): leave them out";
const NO_QUOTED_NAME = "must write named groups as (?<name>…) or (?P<name>…)";

/** What an opening bracket begins. Tried in this order. */
const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^\(\?[=!]/, NO_LOOK_AHEAD],
  [/^\(\?<[=!]/, NO_LOOK_BEHIND],
  [/^\(\?>/, NO_ATOMIC],
  [/^\(\?P=/, NO_BACK_REFERENCE],
  [/^\(\?(?:[(|&R+\d]|-\d|P>)/, NO_CONDITION],
  [/^\(\?(?:#|[a-zA-Z-]{0,8}x)/, NO_COMMENT],
  [/^\(\?'/, NO_QUOTED_NAME],
  [/^\(\*/, NO_VERB],
];

/** Letters behind a backslash. */
const ESCAPES: Readonly<Record<string, string>> = {
  Z: "must write $ for the end of the text, not \\Z",
  G: "must do without \\G: an expression of a path begins at the path's start anyway",
  K: "must do without \\K: what matches is a part of the path from its start",
  h: "must write [ \\t] for \\h",
  H: "must write [^ \\t] for \\H",
  R: "must do without \\R: neither paths nor headers have line breaks",
  N: "must write . for \\N",
  X: "must write . for \\X",
  C: "must write . for \\C",
  c: "must write control characters as \\x01 to \\x1F, not as \\cA",
  e: "must write control characters as \\x01 to \\x1F, not as \\e",
  u: "must write characters by their numbers as \\x{20AC}, not as \\u20AC",
};

/** Why an expression is refused although other engines know it; undefined where there is no such reason. Brackets of sets and quoted texts are passed over. */
export function refusalOf(expression: string): string | undefined {
  for (let at = 0; at < expression.length; at++) {
    const character = expression[at] ?? "";
    if (character === "\\") {
      const escaped = expression[at + 1] ?? "";
      if (escaped === "Q") at = endOfQuote(expression, at);
      else {
        const refusal = /[1-9kg]/.test(escaped) ? NO_BACK_REFERENCE : Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped] : undefined;
        if (refusal !== undefined) return refusal;
        at++;
      }
    } else if (character === "[") at = endOfSet(expression, at);
    else if (character === "(") {
      const start = expression.slice(at, at + 12);
      const refusal = GROUPS.find(([pattern]) => pattern.test(start))?.[1];
      if (refusal !== undefined) return refusal;
      // A question mark behind it is no quantifier.
      if (expression[at + 1] === "?") at++;
    } else if ((character === "*" || character === "+" || character === "?" || character === "}") && expression[at + 1] === "+") {
      if (character !== "}" || /\{\d+(?:,\d*)?\}$/.test(expression.slice(Math.max(0, at - 12), at + 1))) return NO_ATOMIC;
    }
  }
  return undefined;
}

function endOfQuote(expression: string, at: number): number {
  const end = expression.indexOf("\\E", at + 2);
  return end === -1 ? expression.length : end + 1;
}

/** Offset of the bracket that closes a set; the first character of a set is never that. */
export function endOfSet(expression: string, at: number): number {
  let end = at + (expression[at + 1] === "^" ? 2 : 1);
  if (expression[end] === "]") end++;
  while (end < expression.length && expression[end] !== "]") {
    if (expression[end] === "\\") end++;
    else if (expression.startsWith("[:", end)) end = Math.max(end, expression.indexOf(":]", end) + 1);
    end++;
  }
  return end;
}
