import { fc } from "../../../support/properties";
import {
  decodeJson,
  Dynamic,
  encodeJson,
  equalValues,
  numberFromText,
  t,
  typeFromJson,
  typeToJson,
  UNKNOWN,
  type CtyType,
} from "../../../../provider/framework";
import { isWhollyKnown } from "../../../../provider/framework/cty/value";
import { anyType, anyTyped } from "../support/arbitrary-value";

describe("the JSON of states", () => {
  it("keeps every known value", () => {
    fc.assert(
      fc.property(
        anyTyped.filter(({ value }) => isWhollyKnown(value)),
        ({ type, value }) => {
          const text = encodeJson(type, value);
          expect(encodeJson(type, decodeJson(type, text))).toBe(text);
          expect(JSON.parse(text)).toBeDefined();
        },
      ),
      { numRuns: 200, seed: 9 },
    );
  });

  it.each<[string, CtyType, string, unknown]>([
    ["a number beyond Number, exactly", t.decimal, "18446744073709551617", numberFromText("18446744073709551617")],
    ["a number in text", t.number, '"1.5"', 1.5],
    ["text from a number, as it was written", t.string, "1.50", "1.50"],
    ["a bool in text", t.bool, '"true"', true],
    ["what is missing as null", t.object({ a: t.string }), "{}", { a: null }],
    ["a dynamic value", t.dynamic, '{"value":[1],"type":["list","number"]}', new Dynamic(t.list(t.number), [1])],
    ["white space", t.list(t.number), " [ 1 , 2 ]\n", [1, 2]],
  ])("reads %s", (_name, type, text, expected) => {
    expect(equalValues(type, decodeJson(type, text), expected as never)).toBe(true);
  });

  it.each<[CtyType, string]>([
    [t.bool, "1"],
    [t.number, '"x"'],
    [t.object({}), '{"a":1}'],
    [t.list(t.bool), "{}"],
    [t.tuple([t.bool]), "[]"],
    [t.list(t.bool), "[true"],
    [t.list(t.bool), "[true]x"],
    [t.string, `${"[".repeat(2_000)}${"]".repeat(2_000)}`],
  ])("refuses what does not fit %j", (type, text) => {
    expect(() => decodeJson(type, text)).toThrow();
  });

  it("has no form for unknown values", () => {
    expect(() => encodeJson(t.list(t.string), [UNKNOWN])).toThrow(/unknown/);
  });
});

describe("type signatures", () => {
  it("are read as they are written", () => {
    fc.assert(
      fc.property(anyType, (type) => expect(typeToJson(typeFromJson(typeToJson(type)))).toBe(typeToJson(type))),
      { numRuns: 200 },
    );
    expect(typeToJson(t.object({ b: t.list(t.string), a: t.tuple([t.dynamic]), "10": t.bool }))).toBe(
      '["object",{"10":"bool","a":["tuple",["dynamic"]],"b":["list","string"]}]',
    );
    expect(typeFromJson('["object",{"a":"string"},["a"]]')).toMatchObject({ kind: "object", optional: ["a"] });
  });

  it.each(['"text"', "[]", '["list"]', '["map","string","bool"]', '["object",[]]', "null", "{"])("are refused otherwise: %s", (text) => {
    expect(() => typeFromJson(text)).toThrow();
  });
});
