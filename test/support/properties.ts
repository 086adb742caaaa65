/** fast-check with the same seed in every run, so that the suite always gives the same result; `PROPERTY_SEED=N` tries another one. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });

export { fc };

const SURROGATES = { first: 0xd800, behind: 0xe000, count: 0x800 };

/** One character, any but a lone surrogate; a unit of `fc.string`. It makes what fast-check's "binary" makes, whose first use takes a second. */
export const anyCharacter: fc.Arbitrary<string> = fc.integer({ min: 0, max: 0x10ffff - SURROGATES.count }).map(
  (index) => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count),
  (character) => {
    const code = typeof character === "string" ? character.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== character) throw new Error("This is not one character");
    if (code < SURROGATES.first) return code;
    if (code < SURROGATES.behind) throw new Error("This is a lone surrogate");
    return code - SURROGATES.count;
  },
);
