import { readDocument } from "../../../config/declarative/document";

const messages = (text: string): string[] =>
  readDocument(text).problems.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);

describe("syntax", () => {
  test.each([
    ["a: [1", "missing"],
    ["a: 1\na: 2", '2:1 The keys of a map must be unique, but "a" occurs twice'],
    ['{"a": 1, "b": {"a": 1, "a": 2}}', '1:24 The keys of a map must be unique, but "a" occurs twice'],
    ["a: *b", "was anchored"],
    ["a: 1\n---\nb: 2", "single document"],
    ["a:\n\t- 1", "spaces"],
    ["a: &a [*a]", "nested too deeply"],
    ["a: &a\n  <<: *a", "must not refer to what contains them"],
    ["[".repeat(100_000), "nested too deeply"],
    ["[".repeat(5000) + "]".repeat(5000), "nested too deeply"],
    ["- ".repeat(20_000) + "x", "nested too deeply"],
    [Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), "nested too deeply"],
  ])("case %#", (text, part) => expect(messages(text).join("\n")).toContain(part));

  test("aliases cannot multiply a small file beyond measure", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let index = 1; index < 10; index++)
      lines.push(
        `a${index}: &a${index} [${Array(9)
          .fill(`*a${index - 1}`)
          .join(", ")}]`,
      );
    expect(messages(lines.join("\n")).join()).toContain("multiply");
  });

  test("aliases cannot nest data deeper than text may be", () => {
    const lines = ["a0: &a0 [x]"];
    for (let index = 1; index < 400; index++) lines.push(`a${index}: &a${index} [*a${index - 1}]`);
    expect(readDocument(lines.join("\n")).value).toBeUndefined();
  });

  test.each([
    'key: "sk-hidden',
    "key: [sk-hidden",
    "- a\nsk-hidden: b: c",
    "a: 'sk-hidden' sk-hidden",
    "%sk-hidden\n---\n@sk-hidden",
    "a: *sk-hidden",
    "a: !sk-hidden b",
  ])("no message quotes the file: %j", (text) => {
    const found = messages(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join("\n")).not.toContain("sk-hidden");
  });

  test("not every mistake is told of a file that is broken throughout", () => {
    expect(messages("a: }\n".repeat(200)).length).toBeLessThanOrEqual(20);
  });
});

describe("locate", () => {
  const text = `# comment
a:
  - &item {x: 1,
     y: 2}
  - <<: *item
    z: 3
b: *item
`;
  const document = readDocument(text);
  test.each<[(string | number)[], number, number]>([
    [[], 2, 1],
    [["a"], 2, 1],
    [["a", 0], 3, 11],
    [["a", 0, "y"], 4, 6],
    [["a", 1, "z"], 6, 5],
    [["a", 1, "y"], 4, 6],
    [["a", 1, "none", "deeper"], 5, 5],
    [["a", 7], 2, 1],
    [["b", "x"], 3, 12],
    [["none"], 2, 1],
  ])("%j", (path, line, column) => expect(document.locate(path)).toEqual({ line, column }));

  test("in JSON", () => {
    expect(readDocument('{\n  "a": [\n    1,\n    {"b": 2}]}').locate(["a", 1, "b"])).toEqual({ line: 4, column: 6 });
  });
});

test("an empty text is an empty document", () => {
  expect(readDocument("")).toMatchObject({ value: null, problems: [] });
});
