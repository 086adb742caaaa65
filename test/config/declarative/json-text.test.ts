import { fc } from "../../support/properties";
import { readJson } from "../../../config/declarative/json-text";

test("any JSON without duplicate keys is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(3), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), undefined, indent);
      expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown });
    }),
  );
});

test.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"b":{"c":1,"d":{},"c" :2}}]', '{"a\\"":1,"a\\"":2}'])("a duplicate key: %s", (text) =>
  expect(readJson(text)).toBeUndefined(),
);

test.each(['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', '{"a":"{\\"a\\":1,\\"a\\":","b":"\\\\"}', '{"a":"a","b":"a"}'])(
  "no duplicate key: %s",
  (text) => expect(readJson(text)).toBeDefined(),
);

test.each(["", "{", "a: 1", '{"a":1,}', "{'a':1}"])("no JSON: %j", (text) => expect(readJson(text)).toBeUndefined());

test("texts of several megabytes", () => {
  expect(readJson(JSON.stringify({ a: '\\"'.repeat(2_000_000), b: 1 }))).toBeDefined();
});
