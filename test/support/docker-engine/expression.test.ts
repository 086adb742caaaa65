import { fc } from "../properties";
import { containsUnknown, evaluate, referencesIn, terraformJson, UNKNOWN, UnsupportedExpression } from "./expression";

const VALUES: Record<string, unknown> = {
  "local.c": { b: [1, true], a: "<x>" },
  "var.port": 8000,
  "docker_image.x.image_id": UNKNOWN,
  "docker_volume.v.name": "vol",
};
const lookup = (reference: string) => {
  if (reference in VALUES) return VALUES[reference];
  throw new Error(`unknown ${reference}`);
};

describe("expressions", () => {
  test.each([
    ["plain", "plain"],
    ["${docker_volume.v.name}", "vol"],
    ["${var.port}", 8000],
    ["http://${docker_volume.v.name}:${var.port}/", "http://vol:8000/"],
    ["${jsonencode(local.c)}", '{"a":"\\u003cx\\u003e","b":[1,true]}'],
    ["$${ env %%{ if", "${ env %{ if"],
    ["$${x} and ${var.port}", "${x} and 8000"],
    ["${docker_image.x.image_id}", UNKNOWN],
    ["id ${docker_image.x.image_id}", UNKNOWN],
  ])("%s", (text, expected) => {
    expect(evaluate(text, lookup)).toBe(expected);
  });

  test("values nested in lists and objects, and the unknown in them", () => {
    const value = evaluate({ a: ["${var.port}", { b: "${docker_image.x.image_id}" }], c: 1 }, lookup);
    expect(value).toEqual({ a: [8000, { b: UNKNOWN }], c: 1 });
    expect(containsUnknown(value)).toBe(true);
    expect(containsUnknown({ a: [1, { b: null }] })).toBe(false);
  });

  test.each(['${upper("x")}', "${var.port + 1}", '${jsonencode({"a" = 1})}', "%{ if true }x%{ endif }", "${local.c} x", "${a"])(
    "refuses %s",
    (text) => {
      expect(() => evaluate(text, lookup)).toThrow(UnsupportedExpression);
    },
  );

  test("references are found once each", () => {
    expect(referencesIn({ a: "${var.x}", b: ["${jsonencode(local.y)}", "$${var.no}", "${var.x}"] })).toEqual(["var.x", "local.y"]);
  });

  test("an escaped text comes back as it was", () => {
    const escaped = (text: string) => text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
    const pieces = fc.array(fc.constantFrom("${", "%{", "a", "}", " ", "ä"), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(fc.property(pieces, (text) => evaluate(escaped(text), lookup) === text));
  });

  test("encoded JSON parses back to the value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(JSON.parse(terraformJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
