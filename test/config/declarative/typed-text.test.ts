import { readText } from "../../../config/declarative/typed-text";

test.each([
  ["70", "integer", 70],
  [" -3\n", "integer", -3],
  ["1e3", "integer", 1000],
  ["0.5", "integer", undefined],
  ["9007199254740993", "integer", undefined],
  ["0.5", "number", 0.5],
  ["1e999", "number", undefined],
  ["0x10", "number", undefined],
  ["", "number", undefined],
  ["NaN", "number", undefined],
  ["true", "boolean", true],
  ["false ", "boolean", false],
  ["yes", "boolean", undefined],
  ["1", "boolean", undefined],
  [" 70 ", "string", " 70 "],
] as const)("%j as %s", (text, type, expected) => expect(readText(text, type)).toBe(expected));
