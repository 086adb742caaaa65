import { anyCharacter, fc } from "../../support/properties";
import { decodePiece, normalizePath } from "../../../runtime/router/normalize-path";

describe("normalizePath", () => {
  test.each([
    ["/v1/chat", "/v1/chat"],
    ["", "/"],
    ["*", "/*"],
    ["chat", "/chat"],
    ["/a//b///c", "/a/b/c"],
    ["/a/./b/.", "/a/b/"],
    ["/a/../b", "/b"],
    ["/a/b/..", "/a/"],
    ["/../../a", "/a"],
    ["/a/%2e%2E/b", "/b"],
    ["/a/.%2e/b", "/b"],
    ["/a//../b", "/b"],
    ["/%61%2d%7E", "/a-~"],
    ["/a%2fb%3a", "/a%2Fb%3A"],
    ["/..%2f..", "/..%2F.."],
    ["/.well-known/...", "/.well-known/..."],
    ['/a b"{|}\\', "/a%20b%22%7B%7C%7D%5C"],
    ["/%zz%", "/%25zz%25"],
    ["/%%32e%%32e/a", "/%252e%252e/a"],
    ["/\u00c3\u00a9", "/%C3%A9"],
  ])("%j is %j", (given, expected) => expect(normalizePath(given)).toBe(expected));

  test("configured and sent spellings of one path meet", () => {
    expect(normalizePath("/é", "utf8")).toBe("/%C3%A9");
    expect(normalizePath("/%c3%a9")).toBe("/%C3%A9");
    expect(normalizePath(Buffer.from("/é").toString("latin1"))).toBe("/%C3%A9");
  });

  test("is stable, absolute and free of dot segments for any input", () => {
    const path = fc
      .array(
        fc.oneof(
          fc.constantFrom("/", ".", "..", "%2e", "%2F", "%", "a", "%41", "é", "\\"),
          fc.string({ unit: anyCharacter, maxLength: 3 }),
        ),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(path, (given) => {
        const once = normalizePath(given, "utf8");
        expect(normalizePath(once, "utf8")).toBe(once);
        expect(once.startsWith("/")).toBe(true);
        expect(once.split("/").slice(1)).not.toContain("..");
        expect(once.split("/").slice(1)).not.toContain(".");
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ["llama", "llama"],
  ["meta%2FLlama", "meta/Llama"],
  ["%C3%A9", "é"],
  ["%ff", "%ff"],
  ["100%", "100%"],
])("decodePiece(%j) is %j", (given, expected) => expect(decodePiece(given)).toBe(expected));
