import { fc } from "../../support/properties";
import { OverlapScan, repeatsItself } from "../../../runtime/seam/overlap";

/** Few letters, so that beginnings and ends agree often. */
const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 24 });

function longestOverlap(before: string, answer: string): number {
  for (let length = Math.min(before.length, answer.length); length > 0; length--) {
    if (before.endsWith(answer.slice(0, length))) return length;
  }
  return 0;
}

test("finds the longest end of a text that an answer begins with, however the answer comes", () => {
  fc.assert(
    fc.property(text, text, fc.array(fc.nat(4), { minLength: 1 }), (before, answer, steps) => {
      const scan = new OverlapScan(before, 0);
      let length: number | undefined;
      for (let shown = 0, step = 0; shown < answer.length && length === undefined; step++) {
        shown = Math.min(answer.length, shown + 1 + (steps[step % steps.length] ?? 0));
        length = scan.find(answer.slice(0, shown), false);
      }
      expect(length ?? scan.find(answer, true)).toBe(longestOverlap(before, answer));
    }),
    { numRuns: 2000, seed: 12 },
  );
});

test("asks for no more of the answer than the result depends on", () => {
  expect(new OverlapScan("one two three", 0).find("f", false)).toBe(0);
  expect(new OverlapScan("one two three", 0).find("t", false)).toBeUndefined();
  expect(new OverlapScan("one two three", 0).find("tx", false)).toBe(0);
  expect(new OverlapScan("one two three", 0).find("three", false)).toBe(5);
});

test("looks no further back than it is told", () => {
  expect(new OverlapScan("abcabc", 3).find("abcabcd", false)).toBe(3);
});

test("a text of one character is looked at a few times at most", () => {
  const before = "a".repeat(8192);
  const scan = new OverlapScan(before, 0);
  let answer = "";
  let length: number | undefined;
  for (let count = 0; count < 8000; count++) length = scan.find((answer += "a"), false);
  expect(length).toBeUndefined();
  expect(scan.find(`${answer}b`, false)).toBe(8000);
});

test.each([
  ["", false],
  ["a", false],
  ["ab", false],
  ["aa", true],
  ["ha ha ", true],
  ["ha ha ha", true],
  ["abcab", false],
  ["abcabca", true],
  ["t38 t39 ", false],
  ["--------", true],
])("%p repeats itself: %s", (given, does) => {
  expect(repeatsItself(given)).toBe(does);
});
