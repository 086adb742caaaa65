import { headerValue } from "../../../runtime/exchange/header-value";
import { anyCharacter, fc } from "../../support/properties";

test.each([
  ["openai/gpt-4o", "openai/gpt-4o"],
  ["openai/模型", "openai/%E6%A8%A1%E5%9E%8B"],
  ["a\r\nX-Evil: 1", "a%0D%0AX-Evil: 1"],
  ["100%", "100%25"],
  ["é", "%C3%A9"],
  ["\u{1f600}", "%F0%9F%98%80"],
  ["\ud800", "%EF%BF%BD"],
])("%j is told as %j", (text, told) => {
  expect(headerValue(text)).toBe(told);
});

test("any text becomes visible ASCII of a bounded length, and a reader gets it back", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 2000 }), (text) => {
      const told = headerValue(text);
      expect(told).toMatch(/^[\x20-\x7e]*$/);
      expect(told.length).toBeLessThanOrEqual(12 * 1024);
      if (text.length <= 1024 && Buffer.from(text).toString() === text) expect(decodeURIComponent(told)).toBe(text);
    }),
  );
});
