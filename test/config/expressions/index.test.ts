import { compileExpression, complainAboutExpression } from "../../../config/expressions";
import { fc } from "../../support/properties";

const PATH = { anchored: true, ignoreCase: false };
const HEADER = { anchored: false, ignoreCase: true };

describe("which expressions are served", () => {
  test.each([
    "/chat/(?<model>[^/]+)$",
    "/chat/(?P<model>[^/]+)$",
    "(?i)/Chat",
    "/(?i:chat)/x",
    "/a{2,5}",
    "/[[:alpha:]]+",
    "\\A/a\\z",
    "/\\Qa(?=b)\\E",
    "/[(?=]+",
    "/\\(\\?=a",
    "/(a+)+$",
    "/a+?",
    "/[+]+",
  ])("%s", (expression) => expect(complainAboutExpression(expression)).toBeUndefined());

  test.each([
    ["/(?=a)", "look-ahead"],
    ["/(?!admin).*", "route of its own"],
    ["/(?<=a)b", "look-behind"],
    ["/(?<!a)b", "look-behind"],
    ["/(a)\\1", "back-references"],
    ["/(?<x>a)\\k<x>", "back-references"],
    ["/(?P<x>a)(?P=x)", "back-references"],
    ["/(?>a+)", "write (?:…) and a+"],
    ["/a++", "write (?:…) and a+"],
    ["/a?+", "write (?:…) and a+"],
    ["/a{1,3}+", "write (?:…) and a+"],
    ["/(?(1)a|b)", "alternatives"],
    ["/(?R)", "alternatives"],
    ["/(?|a|b)", "alternatives"],
    ["/(?#c)a", "comments"],
    ["/(?x)a b", "comments"],
    ["/(?'x'a)", "(?<name>…)"],
    ["(*UTF8)/a", "verbs"],
    ["/a\\Z", "$"],
    ["/\\h", "[ \\t]"],
    ["/\\u0041", "\\x{20AC}"],
    ["/\\cA", "\\x01"],
    ["/(", "valid regular expression (missing closing )"],
    ["/[b-a]", "valid regular expression"],
    ["/a{1001}", "repeat count"],
    ["/(?:a{1,100}){1,20}", "valid regular expression"],
    ["/(?:[a-z]{1,100}[0-9]{1,100}){1,5}", "simpler"],
    [`/${"a".repeat(1000)}`, "at most 1000 characters"],
  ])("not %s: %s", (expression, part) => {
    const complaint = complainAboutExpression(expression);
    expect(complaint).toMatch(/^must /);
    expect(complaint).toContain(part);
    expect(() => compileExpression(expression, PATH)).toThrow(complaint);
  });
});

describe("matching", () => {
  test.each([
    ["/chat", "/chat/x", 5],
    ["/chat$", "/chat/x", undefined],
    ["/a|/ab", "/ab", 2],
    ["/chat", "/v1/chat", undefined],
    ["/(a+)+", "/aaa", 4],
    ["/\\Qa.b\\E", "/a.bc", 4],
    ["(?i)/chat", "/CHAT", 5],
  ])("%s at the start of %s", (expression, text, length) => expect(compileExpression(expression, PATH).exec(text)?.length).toBe(length));

  test.each(["/(?<model>[^/]+)/(?<more>x)?", "/(?P<model>[^/]+)/(?P<more>x)?", "/(?<model>(?:[^/]+)+)/(?<more>x)?"])(
    "%s: named groups",
    (expression) => {
      const groups = compileExpression(expression, PATH).exec("/gpt/y")?.groups;
      expect(groups?.["model"]).toBe("gpt");
      expect(groups?.["more"]).toBeUndefined();
    },
  );

  test.each(["^gpt-4", "(?:gpt|claude)+-4"])("%s: anywhere, in any case", (expression) =>
    expect(compileExpression(expression, HEADER).test("GPT-4o")).toBe(true),
  );
});

test("both engines tell the same of an expression that both take", () => {
  const piece = fc.constantFrom(
    "a",
    "B",
    "/",
    "(?<x>a|ab)",
    "(b)?",
    "[^/]+",
    "[a-c]*",
    "\\d{1,2}",
    "\\w",
    "^",
    "$",
    "\\b",
    "(?:ab)+",
    "|",
    ".",
    "?",
    "\\.",
  );
  const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "/", "1", ".", "\xe9", "\xa0"), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), text, fc.boolean(), fc.boolean(), (pieces, sent, anchored, ignoreCase) => {
      const source = pieces.join("");
      fc.pre(complainAboutExpression(source) === undefined);
      const options = { anchored, ignoreCase };
      // A quoted empty text keeps the meaning and is not in the plain language.
      const found = compileExpression(source, options).exec(sent);
      const other = compileExpression(`(?:${source})\\Q\\E`, options).exec(sent);
      expect([found?.length, found?.groups?.["x"]]).toEqual([other?.length, other?.groups?.["x"]]);
      expect(compileExpression(source, options).test(sent)).toBe(found !== undefined);
    }),
    { numRuns: 3000 },
  );
});
