import { withoutEndingZeros } from "../../../../provider/framework/cty/digits";

test.each([
  ["1200", "12"],
  ["0012", "0012"],
  ["10203", "10203"],
  ["000", ""],
  ["", ""],
])("%j without ending zeros is %j", (digits, expected) => {
  expect(withoutEndingZeros(digits)).toBe(expected);
});
