import { withoutEnd } from "../../config/text-end";

test.each([
  ["secret\r\n\n", "secret"],
  ["\nsecret\nof two lines", "\nsecret\nof two lines"],
  ["\r\n", ""],
  ["", ""],
  ["secret ", "secret "],
])("%j without line ends at its end is %j", (text, expected) => {
  expect(withoutEnd(text, "\r\n")).toBe(expected);
});
