import { fc } from "../../../support/properties";
import { Decimal, numberFromText, numberToText } from "../../../../provider/framework";
import { compareNumbers } from "../../../../provider/framework/cty/number";

describe("numberFromText", () => {
  it.each<[string, number | string]>([
    ["0", 0],
    ["-0.0", 0],
    ["1e3", 1000],
    [".5", 0.5],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", "9007199254740993"],
    ["18446744073709551615", "18446744073709551615"],
    ["0.10000000000000000001", "0.10000000000000000001"],
    ["1e21", 1e21],
    ["1e400", `1${"0".repeat(400)}`],
  ])("takes %s without rounding", (text, expected) => {
    const value = numberFromText(text);
    expect(value instanceof Decimal ? value.text : value).toBe(expected);
  });

  it.each(["", ".", "1e", "0x1", "1 ", "NaN", "Infinity", "1e99999", "1".repeat(200)])("refuses %j", (text) => {
    expect(() => numberFromText(text)).toThrow(RangeError);
  });

  it("is the inverse of numberToText", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(numberFromText(numberToText(value))).toBe(value === 0 ? 0 : value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 500n), max: 2n ** 500n }), (value) => {
        expect(numberToText(numberFromText(value.toString()))).toBe(value.toString());
      }),
    );
  });

  it("orders by value", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(Math.sign(compareNumbers(numberFromText(String(a)), numberFromText(String(b))))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(compareNumbers(numberFromText("0.10000000000000000001"), 0.1)).toBeGreaterThan(0);
    expect(compareNumbers(Infinity, numberFromText("1e400"))).toBeGreaterThan(0);
  });
});
