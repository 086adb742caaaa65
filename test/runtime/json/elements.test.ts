import { firstElements, lastElements } from "../../../runtime/json/elements";
import { fc } from "../../support/properties";

/** An array as JSON text with white space, strings of quotes and backslashes, and text before and behind it. */
const arrays = fc.tuple(
  fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.array(fc.constantFrom('"', "\\", "[", "]", "{", "}", ",", " ", "é", "😀")).map((parts) => parts.join("")),
      fc.constantFrom(null, {}, [], [[]], { a: { b: ["]", "}"] } }),
    ),
    { maxLength: 12 },
  ),
  fc.constantFrom(0, 1, "\t"),
);

const parse = (body: Buffer, { start, end }: { start: number; end: number }): unknown => JSON.parse(body.toString("utf8", start, end));

test("spans hold the elements of an array in either order", () => {
  fc.assert(
    fc.property(arrays, ([values, space]) => {
      const text = JSON.stringify(values, null, space);
      const body = Buffer.from(`{"a":"\\\\","m":${text},"z":"]"}`);
      const start = body.indexOf(text);
      const array = { start, end: start + Buffer.byteLength(text) };
      const [first, last] = [[...firstElements(body, array)], [...lastElements(body, array)].reverse()];
      expect(last).toEqual(first);
      if (values.length === 0) expect(first).toHaveLength(1);
      else expect(first.map((span) => parse(body, span))).toEqual(JSON.parse(text));
    }),
  );
});

test("what nobody asks for is not looked at", () => {
  // beyond the first element, and before the last one, there is no JSON at all
  const body = Buffer.from('["a", [[[ "b"]');
  const array = { start: 0, end: body.length };
  expect(parse(body, firstElements(body, array).next().value!)).toBe("a");
  const broken = Buffer.from('["a ]]], "b"]');
  expect(parse(broken, lastElements(broken, { start: 0, end: broken.length }).next().value!)).toBe("b");
});
