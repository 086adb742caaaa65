import { holdsMoreValues } from "../../../runtime/json/values";

test.each([
  ["", 0, false],
  ["1", 0, false],
  ["[1,2]", 2, false],
  ["[1,2]", 1, true],
  ['{"a":1,"b":[]}', 5, false],
  ['{"a":1,"b":[]}', 4, true],
  ['"[[[[,,,,::::"', 0, false],
  ['"\\"[[[["', 0, false],
  ['"\\\\"[[[[', 3, true],
  ['"[[[[', 0, false],
  ["[".repeat(1000), 999, true],
  ["1".repeat(1000), 15, false],
  ["1".repeat(1000), 10, true],
  [" ".repeat(1000), 10, true],
  [`"${" ".repeat(1000)}"`, 0, false],
])("%j holds more than %d values: %j", (text, limit, more) => {
  expect(holdsMoreValues(text, limit)).toBe(more);
});
