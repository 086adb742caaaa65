import { toolInput } from "../../../../runtime/dialects/anthropic/tool-input";

const nested = (levels: number): string => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;

test.each([
  ["", {}],
  ["{}", {}],
  ['{"a":[1,null]}', { a: [1, null] }],
  ["[1]", { arguments: "[1]" }],
  ["null", { arguments: "null" }],
  ["{oh", { arguments: "{oh" }],
  [nested(255), JSON.parse(nested(255)) as object],
  [nested(256), { arguments: nested(256) }],
])("%.20s", (text, input) => {
  expect(toolInput(text)).toEqual(input);
});

test("however deep arguments are nested, they can be printed", () => {
  const text = nested(100_000);

  expect(JSON.parse(JSON.stringify(toolInput(text)))).toEqual({ arguments: text });
});
