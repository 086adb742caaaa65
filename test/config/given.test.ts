import { given, quoted } from "../../config/given";

test.each([
  [undefined, "nothing", "nothing"],
  [null, "null", "null"],
  ["", "an empty string", "an empty string"],
  ["abc", '"abc"', "a string"],
  ['a"b\n', '"a\\"b\\n"', "a string"],
  ["x".repeat(61), `"${"x".repeat(60)}…"`, "a string"],
  [0, "0", "a number"],
  [Number.POSITIVE_INFINITY, "Infinity", "a number"],
  [false, "false", "a boolean"],
  [[], "an empty array", "an empty array"],
  [["secret"], "an array", "an array"],
  [{ secret: 1 }, "an object", "an object"],
  [10n, "a bigint", "a bigint"],
  [Symbol("secret"), "a symbol", "a symbol"],
  [() => 1, "a function", "a function"],
])("%p is called %s, hidden %s", (value, shown, hidden) => {
  expect(given(value)).toBe(shown);
  expect(given(value, true)).toBe(hidden);
});

test("words are quoted one by one", () => {
  expect(quoted(["a", 'b"'])).toBe('"a", "b\\""');
});
