import { partition } from "../../../../../runtime/dialects/openai/embeddings/partition";
import { requestOf } from "../../../../../runtime/dialects/openai/embeddings/input";
import { fc } from "../../../../support/properties";
import { callOf, OPENAI } from "./support";

const parts = (input: unknown, traits: object): readonly number[] => partition(requestOf(callOf({ input }).ask), { ...OPENAI, ...traits });

test.each<[string, unknown, object, number[]]>([
  ["a text", "a".repeat(1000), { maxInputs: 1, maxTokens: 1 }, [1]],
  ["a token list", [1, 2, 3, 4], { maxInputs: 1, maxTokens: 1 }, [1]],
  ["as many as fit", ["a", "b"], { maxInputs: 2 }, [2]],
  ["one more", ["a", "b", "c"], { maxInputs: 2 }, [2, 3]],
  ["one by one", ["a", "b", "c"], { maxInputs: 1 }, [1, 2, 3]],
  ["three bytes a token, quotes among them", ["abcd", "efgh", "ijkl"], { maxTokens: 4 }, [2, 3]],
  ["token lists", [[1, 2], [3, 4], [5]], { maxTokens: 3 }, [1, 3]],
  ["what is too large goes alone", ["a", "x".repeat(100), "b", "c"], { maxTokens: 5 }, [1, 2, 4]],
])("%s", (_, input, traits, expected) => {
  expect(parts(input, traits)).toEqual(expected);
});

test("as few calls as the limits allow, each within them", () => {
  const texts = fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 30 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      texts,
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      (input, maxInputs, maxTokens) => {
        const ends = parts(input, { maxInputs, maxTokens });
        expect(ends.at(-1)).toBe(input.length);
        const sizes = input.map((text) => JSON.stringify(text).length);
        const most = maxTokens === undefined ? Infinity : 3 * maxTokens;
        const bytes = (from: number, to: number): number => sizes.slice(from, to).reduce((sum, size) => sum + size, 0);
        ends.forEach((end, index) => {
          const from = index === 0 ? 0 : ends[index - 1]!;
          expect(end).toBeGreaterThan(from);
          expect(end - from).toBeLessThanOrEqual(maxInputs);
          if (end - from > 1) expect(bytes(from, end)).toBeLessThanOrEqual(most);
          // the next input would have been too much
          if (end < input.length) expect(end - from === maxInputs || bytes(from, end + 1) > most).toBe(true);
        });
      },
    ),
  );
});
