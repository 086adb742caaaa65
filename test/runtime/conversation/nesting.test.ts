import type { Json } from "../../../runtime/conversation/json";
import { nestsDeeper } from "../../../runtime/conversation/nesting";

test.each<[Json | undefined, number, boolean]>([
  [undefined, 0, false],
  [null, 0, false],
  ["x", 0, false],
  [[], 0, true],
  [[], 1, false],
  [{ a: {} }, 1, true],
  [{ a: {} }, 2, false],
  [[1, { a: 1, b: [2] }], 2, true],
  [[1, { a: 1, b: [2] }], 3, false],
])("%j nests deeper than %d levels: %j", (value, levels, deeper) => {
  expect(nestsDeeper(value, levels)).toBe(deeper);
});

test("what nests deeper than the stack goes is told all the same", () => {
  expect(nestsDeeper(JSON.parse("[".repeat(100_000) + "]".repeat(100_000)) as Json)).toBe(true);
});
