import { anyCharacter, fc } from "../../support/properties";
import { ContinuedSeam } from "../../../runtime/seam/continued-seam";

/** What the client has when the answer is over. */
function joined(text: string, pieces: readonly string[]): string {
  const seam = new ContinuedSeam(text);
  let out = text;
  for (const piece of pieces) out += seam.push(piece);
  return out + seam.close();
}

const bySingle = (answer: string): string[] => answer.split("");

describe.each([
  ["in one piece", (answer: string) => [answer]],
  ["character by character", bySingle],
])("an answer that comes %s", (_how, cut) => {
  test.each([
    ["goes on exactly", "The quick brown", " fox jumps.", "The quick brown fox jumps."],
    ["goes on within a word", "The quick bro", "wn fox", "The quick brown fox"],
    ["repeats the last words", "The quick brown fox ", "brown fox jumps", "The quick brown fox jumps"],
    ["repeats the last words and breaks the line first", "The quick brown fox", "\n\nbrown fox jumps", "The quick brown fox jumps"],
    ["begins anew", "The quick brown fox", "The quick brown fox jumps", "The quick brown fox jumps"],
    ["begins anew behind one word", "I", "I think so", "I think so"],
    ["begins anew behind a part of a word", "It is in the mid", "It is in the middle", "It is in the middle"],
    ["repeats the last word", "There was such a hurry", " hurry in it", "There was such a hurry in it"],
    ["repeats a name", "t38 t39 ", "t39 t40", "t38 t39 t40"],
    ["begins the last word anew", "It is in the mid", "middle of it", "It is in the middle of it"],
    ["begins the last word anew behind a space", "It is in the mid", " middle of it", "It is in the middle of it"],
    ["doubles the space", "The quick ", " brown", "The quick brown"],
    ["doubles an empty line", "One.\n\n", "\n\nTwo.", "One.\n\nTwo."],
    ["makes a line end an empty line", "One.\n", "\nTwo.", "One.\n\nTwo."],
    ["indents", "if (a) {\n", "  b();\n", "if (a) {\n  b();\n"],
    ["repeats Chinese", "今天天气很好", "天气很好，我们", "今天天气很好，我们"],
    ["repeats all and says no more", "The quick brown fox", "The quick brown fox", "The quick brown fox"],
    ["repeats a part from the beginning and says no more", "The quick brown fox", "The quick brown", "The quick brown fox"],
    ["says nothing", "The quick", "", "The quick"],
    ["says a space only", "The quick", " ", "The quick "],
  ])("and %s", (_name, text, answer, whole) => {
    expect(joined(text, cut(answer))).toBe(whole);
  });

  test.each([
    ["a word that comes twice", "It is very ", "very good", "It is very very good"],
    ["a word of grammar", "what she had", " had before", "what she had had before"],
    ["a number", "10 12 ", "12 14", "10 12 12 14"],
    ["a part of a word that is a word", "He went under", "ground", "He went underground"],
    ["the end of a word that is a word", "It is an aftermath", "math of", "It is an aftermathmath of"],
    ["one repeated character", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaab", `${"a".repeat(32)}b`],
    ["a refrain", "ha ha ha ha ", "ha ha ha!", "ha ha ha ha ha ha ha!"],
    ["rows of a text that repeats itself", "x = zero();\nx = zero();\n", "x = zero();\ny", "x = zero();\nx = zero();\nx = zero();\ny"],
    ["brackets", "{\n    }\n  }\n", "    }\n  }\n}", "{\n    }\n  }\n    }\n  }\n}"],
    ["a rule of a table", "| a | b |\n|---|---|\n", "|---|---|\n", "| a | b |\n|---|---|\n|---|---|\n"],
    ["digits", "3.141", "1415", "3.1411415"],
    ["the end of a word that begins a word", "bla bla mur", "mur of", "bla bla murmur of"],
    ["a mark", "**", "**bold**", "****bold**"],
    ["what stands in the middle of the text", "one two three four", "two three five", "one two three fourtwo three five"],
    ["a refrain from the beginning that ends", "ha ha ha ha ", "ha ha ha ", "ha ha ha ha ha ha ha "],
  ])("loses nothing: %s", (_name, text, answer, whole) => {
    expect(joined(text, cut(answer))).toBe(whole);
  });

  const code = "Here:\n\n```python\ndef f():\n    ret";
  test.each([
    ["goes on", "urn 1\n```\n", `${code}urn 1\n\`\`\`\n`],
    ["opens the block again and goes on", "```python\nurn 1\n```\n", `${code}urn 1\n\`\`\`\n`],
    ["opens it without the language", "```\nurn 1\n```\n", `${code}urn 1\n\`\`\`\n`],
    ["opens it again and begins the line anew", "```python\n    return 1\n```", `${code}urn 1\n\`\`\``],
    ["opens it again and begins the code anew", "```python\ndef f():\n    return 1\n```", `${code}urn 1\n\`\`\``],
    ["begins all anew", `${code}urn 1\n\`\`\``, `${code}urn 1\n\`\`\``],
  ])("in a block of code %s", (_name, answer, whole) => {
    expect(joined(code, cut(answer))).toBe(whole);
  });

  test.each([
    ["ends the block", "```python\na = 1\n", "```\nDone.", "```python\na = 1\n```\nDone."],
    ["opens the block again at the beginning of a line", "```python\na = 1\n", "```python\nb = 2\n```", "```python\na = 1\nb = 2\n```"],
    ["opens another block", "```python\na = 1\n```\n", "```python\nb = 2\n```", "```python\na = 1\n```\n```python\nb = 2\n```"],
    ["is a block of code from its beginning", "```python\nprint(", "```python\nprint('hi')\n", "```python\nprint('hi')\n"],
  ])("and %s", (_name, text, answer, whole) => {
    expect(joined(text, cut(answer))).toBe(whole);
  });

  test("behind a long text repeats its end, its beginning, or all of it", () => {
    const words = Array.from({ length: 4000 }, (_, index) => `word${index} `).join("");
    expect(joined(words, cut("word3998 word3999 and more"))).toBe(`${words}and more`);
    expect(joined(words, cut(`${words}and more`))).toBe(`${words}and more`);
    expect(joined(words, cut(words))).toBe(words);
    expect(joined(words, cut(words.slice(0, 20_000)))).toBe(words);
    expect(joined(words, cut("word0 word1 other"))).toBe(`${words}word0 word1 other`);
    expect(joined(words, cut(`${words.slice(0, 20_000)}other`))).toBe(`${words}${words.slice(0, 20_000)}other`);
    expect(joined(words, cut("plainly new"))).toBe(`${words}plainly new`);
  });
});

test("nothing is held back that is known to be new", () => {
  const seam = new ContinuedSeam("one two three");
  expect(seam.push(" ")).toBe("");
  expect(seam.push("f")).toBe(" f");
  expect(seam.push("three")).toBe("three");
});

test("a character whose halves come in two answers is whole", () => {
  expect(joined("so \ud83d", ["\ud83d\ude00 far"])).toBe("so \ud83d\ude00 far");
  expect(joined("we are here \ud83d", ["are here \ud83d\ude00 far"])).toBe("we are here \ud83d\ude00 far");
});

const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 });

function piecesOf(answer: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let from = 0, at = 0; from < answer.length; at++) {
    const length = lengths[at % lengths.length] ?? 1;
    pieces.push(answer.slice(from, from + length));
    from += length;
  }
  return pieces;
}

test("words that differ, cut anywhere, with any overlap that says enough: the whole, once", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "e", "h", "i", "k", "n", "r", "s", "t", "u", "ä", "ß"), minLength: 2, maxLength: 9 });
  const words = fc.uniqueArray(word, { minLength: 4, maxLength: 30 });
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), cuts, (all, at, back, lengths) => {
      const whole = `${all.join(" ")}.`;
      const end = at % (whole.length + 1);
      const text = whole.slice(0, end);
      // an overlap begins where a word does
      const starts = [...text.matchAll(/(?<=^|\s)\S/gu)].map(({ index }) => index);
      const start = back % 2 === 0 ? end : (starts[(back >> 1) % starts.length] ?? end);
      if (end > start && end - start < 12) return;
      // "a" and "a b" may mean "aa b"
      if (start > 0 && whole.slice(start).startsWith(text)) return;
      expect(joined(text, piecesOf(whole.slice(start), lengths))).toBe(whole);
    }),
    { numRuns: 3000, seed: 12 },
  );
});

test("any text and any answer: what is left out is white space, a fence or a repetition, and it does not matter how the answer comes", () => {
  const unit = fc.oneof(fc.constantFrom("a", "b", " ", "\n", "```", "x1"), anyCharacter);
  const text = fc.string({ unit, maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.nat(), cuts, (before, more, back, lengths) => {
      const answer = before.slice(before.length - (back % (before.length + 1))) + more;
      const whole = joined(before, [answer]);
      expect(joined(before, piecesOf(answer, lengths))).toBe(whole);
      expect(whole.startsWith(before)).toBe(true);
      const added = whole.slice(before.length);
      const left = answer.endsWith(added) ? answer.slice(0, answer.length - added.length) : answer.replace(added.trimStart(), "");
      const said = left.trim().replace(/^(?:```|~~~)[^\n]*\n\s*/u, "");
      expect(before.includes(said) || before.includes(left.trim())).toBe(true);
    }),
    { numRuns: 3000, seed: 12 },
  );
});
