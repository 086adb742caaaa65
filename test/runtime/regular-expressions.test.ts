import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { isLinear } from "../../config/expressions/linear";
import { parsePlain } from "../../config/expressions/syntax";

/**
 * The gateway's own expressions that the check does not know to be linear, with why they are. One that sees what clients or providers send and is not
 * linear does not belong here.
 */
const KNOWN: Readonly<Record<string, string>> = {
  "/\\d+/": "matches at its first digit",
  "/\\r\\n|\\n|\\r/": "takes two characters at most",
  "/(^|,)\\s*text\\/html\\s*(;|,|$)/i": "spaces follow a comma or the start, so that each is looked at once",
  "/^Bearer +(\\S+)$/i": "begins at the start; spaces and what follows them are disjoint",
  "/\\s/": "one character",
  '/["\\\\\\u0000-\\u001f\\u2028\\u2029\\ud800-\\udfff]/': "one character",
  "/[^A-Za-z0-9\\-._~!$&'()*+,;=:@/?#[\\]]|\\/[./]/": "two characters",
  "/[^A-Za-z0-9\\-._~!$&'()*+,;=:@/?#[\\]%]+/g": "takes all that it can; nothing follows",
  "/\\/{2,}/g": "takes all that it can; nothing follows",
  "/:\\d+$/": "begins at colons, of which none is among the digits",
  "/[^\\p{ASCII}]+/gu": "configured texts only",
  "/[\\u0000-\\u001f\\u007f]/": "one character",
};

function* literalsOf(folder: string): Generator<string> {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(join(folder, file), "utf8"), ts.ScriptTarget.Latest, true));
    yield* found;
  }
}

function isKnownLinear(literal: string): boolean {
  const end = literal.lastIndexOf("/");
  const flags = literal.slice(end + 1);
  const tree = parsePlain(literal.slice(1, end), flags.includes("i"));
  return tree !== undefined && isLinear(tree, { anchored: flags.includes("y") });
}

test("every regular expression of the gateway takes linear time", () => {
  const literals = [...literalsOf(join(__dirname, "../../runtime"))];
  expect(literals.length).toBeGreaterThan(20);
  expect(literals.filter((literal) => !isKnownLinear(literal) && !(literal in KNOWN))).toEqual([]);
});
