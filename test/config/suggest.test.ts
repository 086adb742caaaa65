import { fc } from "../support/properties";
import { didYouMean, suggest } from "../../config/suggest";

const FIELDS = ["weight", "max_tokens", "temperature", "top_k", "top_p", "upstream_url", "upstream_path"];

test.each([
  ["wieght", "weight"],
  ["weigth", "weight"],
  ["weights", "weight"],
  ["maxTokens", "max_tokens"],
  ["max-tokens", "max_tokens"],
  ["TEMPERATURE", "temperature"],
  ["tempreature", "temperature"],
  ["upstream_ur", "upstream_url"],
])("%s was meant to be %s", (word, expected) => {
  expect(suggest(word, FIELDS)).toBe(expected);
});

test.each([["banana"], [""], ["___"], ["w"], ["weight".repeat(20)]])("%j suggests nothing", (word) => {
  expect(suggest(word, FIELDS)).toBeUndefined();
  expect(didYouMean(word, FIELDS)).toBe("");
});

test("the first of equally near words wins", () => {
  expect(suggest("top_x", FIELDS)).toBe("top_k");
});

test("a suggestion reads as the end of a message", () => {
  expect(didYouMean("wieght", FIELDS)).toBe(' Did you mean "weight"?');
});

test("a known word is its own nearest, and whatever is suggested is a candidate", () => {
  fc.assert(fc.property(fc.constantFrom(...FIELDS), (word) => suggest(word, FIELDS) === word));
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (word) => {
      const found = suggest(word, FIELDS);
      return found === undefined || FIELDS.includes(found);
    }),
  );
});

test("one swap, drop or insertion in a long word is always forgiven", () => {
  fc.assert(
    fc.property(fc.constantFrom("temperature", "upstream_path"), fc.nat(9), (word, at) => {
      const swapped = word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2);
      const dropped = word.slice(0, at) + word.slice(at + 1);
      expect([swapped, dropped].map((wrong) => suggest(wrong, [word]))).toEqual([word, word]);
    }),
  );
});
