import { fc } from "../../support/properties";
import { complainAboutExpression } from "../../../config/expressions";
import { compileRoutePath } from "../../../runtime/router/route-path";

describe("compileRoutePath", () => {
  test.each([
    ["/chat", "/chat"],
    ["/a/../b", "/b"],
    ["/é", "/%C3%A9"],
  ])("prefix %j", (path, literal) => expect(compileRoutePath(path)).toEqual({ literal, regex: undefined }));

  test.each([
    ["~/models/(?<model>[^/]+)/chat$", "/models/"],
    ["~/v1\\.0/x", "/v1.0/x"],
    ["~/v1\\d+", "/v1"],
    ["~/chats?$", "/chat"],
    ["~/chat/*", "/chat"],
    ["~/ab{0,2}", "/a"],
    ["~/ab+", "/ab"],
    ["~/a|/b", ""],
    ["~/a(b|c)", "/a"],
    ["~/a[|]b", "/a"],
    ["~^/a", "/a"],
    ["~(?i)/Chat", ""],
    ["~.*", ""],
    ["~/é", "/"],
  ])("regular expression %j begins with %j", (path, literal) => expect(compileRoutePath(path).literal).toBe(literal));

  test("understands PCRE's named groups and leading (?i)", () => {
    expect(compileRoutePath("~(?i)/chat/(?P<model>\\w+)").regex?.exec("/CHAT/x")?.groups).toEqual({ model: "x" });
  });

  test("whatever matches begins with the literal text", () => {
    const piece = fc.constantFrom(
      "/",
      "a",
      "b",
      "\\.",
      "\\/",
      "(",
      ")",
      "|",
      "?",
      "*",
      "+",
      "{1}",
      "{0,1}",
      "[ab]",
      "(?:a|b)",
      ".",
      "^",
      "\\d",
      "\\b",
      "[]|]",
      "\\Q(|\\E",
    );
    const path = fc.array(fc.constantFrom("/", "a", "b", ".", "1"), { maxLength: 5 }).map((characters) => characters.join(""));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), path, (pieces, sent) => {
        const source = pieces.join("");
        fc.pre(complainAboutExpression(source) === undefined);
        const { literal, regex } = compileRoutePath(`~${source}`);
        if (regex?.test(sent)) expect(sent.startsWith(literal)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
