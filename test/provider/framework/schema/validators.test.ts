import { Diagnostics, Path, UNKNOWN, validators, type Validator } from "../../../../provider/framework";

function check<T>(validator: Validator<T>, value: T): readonly string[] {
  const diagnostics = new Diagnostics();
  validator.validate({ value, path: Path.root("a"), diagnostics });
  return diagnostics.all.map(({ detail }) => detail);
}

describe("validators", () => {
  it.each<[string, readonly string[], RegExp | undefined]>([
    ["lengthBetween, held", check(validators.lengthBetween(1, 3), "\u{1f600}ab"), undefined],
    [
      "lengthBetween",
      check(validators.lengthBetween(1, 3), "secret"),
      /^a must be between 1 and 3 characters long, but a string of 6 was given\.$/,
    ],
    ["matches, held, with a stateful pattern", check(validators.matches(/x/g, "an x"), "x"), undefined],
    ["matches", check(validators.matches(/^x$/, "an x"), "secret"), /^a must be an x, but something else was given\.$/],
    ["oneOf, held", check(validators.oneOf("x", "y"), "y"), undefined],
    ["oneOf", check(validators.oneOf<string>("x", "y"), "secret"), /^a must be one of "x", "y", but another value was given\.$/],
    ["between, held", check(validators.between(1, 2), 2), undefined],
    ["between", check(validators.between(1), 0.5), /^a must be at least 1, but 0\.5 was given\.$/],
    ["integer", check(validators.integer(), 1.5), /must be an integer/],
    ["sizeBetween of a map", check(validators.sizeBetween(1), {}), /must have at least 1 elements, but 0/],
    ["each", check(validators.each(validators.oneOf("x")), ["x", "z" as "x"]), /^a\[1\] must be one of/],
    ["each, of what is not known", check(validators.each(validators.oneOf("x")), [UNKNOWN as never]), undefined],
    ["json, held", check(validators.json(), "{}"), undefined],
    ["json", check(validators.json(), "{secret"), /^a must be JSON, but other text was given\.$/],
    ["distinct, held", check(validators.distinct(), ["x", UNKNOWN, UNKNOWN]), undefined],
    ["distinct", check(validators.distinct(), ["x", "x"]), /must not have an element twice/],
  ])("%s", (_name, found, sentence) => {
    expect(found).toEqual(sentence === undefined ? [] : [expect.stringMatching(sentence)]);
    expect(found.join()).not.toContain("secret");
  });
});
