import { fc } from "../../support/properties";
import { PrefilledSeam } from "../../../runtime/seam/prefilled-seam";
import { RepeatedSeam } from "../../../runtime/seam/repeated-seam";
import type { Seam } from "../../../runtime/seam/seam";

function added(seam: Seam, pieces: readonly string[]): string {
  let out = "";
  for (const piece of pieces) out += seam.push(piece);
  return out + seam.close("said too little");
}

describe("a text that a provider continues", () => {
  test.each([
    ["as it is", false, false, "The quick ", " brown", "The quick  brown"],
    ["as it is, whatever it begins with", false, false, "The quick brown fox ", "brown fox ", "The quick brown fox brown fox "],
    ["without its last space, which comes", false, true, "The quick ", " brown", "The quick brown"],
    ["without its last space, which does not come", false, true, "The quick ", "brown", "The quick brown"],
    ["without its last line ends, of which more come", false, true, "One.\n", "\n\nTwo", "One.\n\nTwo"],
    ["without its last line ends, of which fewer come", false, true, "One.\n\n", "\nTwo", "One.\n\nTwo"],
    ["without white space, as it has none", false, true, "The quick", " brown", "The quick brown"],
    ["repeating it", true, false, "The quick ", "The quick brown", "The quick brown"],
    ["repeating it without its last space", true, false, "The quick ", "The quickbrown", "The quick brown"],
    ["though it should repeat it, not doing so", true, false, "The quick ", "Then", "The quick Then"],
    ["from a whole character on, of which the client has the half", false, false, "To \ud83d", "🚀!", "To 🚀!"],
    ["from there, without the space before it, which comes", false, true, "To \ud83d", " 🚀!", "To 🚀!"],
    ["repeating it up to there", true, false, "To \ud83d", "To 🚀!", "To 🚀!"],
    ["with a character of which the client has no half", false, false, "To \ud83d", "you", "To \ud83dyou"],
    ["repeating it and saying no more", true, false, "The quick ", "The quick ", "The quick "],
  ])("%s", (_name, echoes, trims, text, answer, whole) => {
    for (const pieces of [[answer], answer.split("")]) {
      expect(text + added(new PrefilledSeam(text, { echoes, trims }), pieces)).toBe(whole);
    }
  });
});

describe("a text that an answer has to repeat", () => {
  test("is left out, however it comes", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (text, more, at) => {
        const answer = text + more;
        const cut = at % (answer.length + 1);
        const seam = new RepeatedSeam(text);
        expect(added(seam, [answer.slice(0, cut), answer.slice(cut)])).toBe(more);
        expect(seam.problem).toBeUndefined();
      }),
    );
  });

  test("at the first difference it cannot go on, and gives nothing", () => {
    const seam = new RepeatedSeam("The quick");
    expect(added(seam, ["The ", "slow", " fox"])).toBe("");
    expect(seam.problem).toBe("gave another text than the client has");
  });

  test("nor if it ends before", () => {
    const seam = new RepeatedSeam("The quick");
    expect(added(seam, ["The "])).toBe("");
    expect(seam.problem).toBe("said too little");
  });
});
