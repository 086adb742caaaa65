import { headerText } from "../../../runtime/bytes/header-text";
import { anyCharacter, fc } from "../../support/properties";

/** As Node gives the bytes of a header. */
const given = (text: string, encoding: "utf8" | "latin1" = "utf8"): string => Buffer.from(text, encoding).toString("latin1");

test.each([
  ["", ""],
  ["plain", "plain"],
  [given("Zo\u00eb"), "Zo\u00eb"],
  [given("\u6a21\u578b \ud83d\ude00"), "\u6a21\u578b \ud83d\ude00"],
  [given("\ufeffx"), "\ufeffx"],
  // no UTF-8: Latin-1 as it always was
  ["Zo\u00eb", "Zo\u00eb"],
  ["\u00c3", "\u00c3"],
  ["\u00ed\u00a0\u0080", "\u00ed\u00a0\u0080"],
])("%j is the text %j", (value, text) => {
  expect(headerText(value)).toBe(text);
});

test("every text that is sent as UTF-8 is read as it was meant, and whatever else comes is read as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const sent = Buffer.from(text).toString();
      expect(headerText(given(sent))).toBe(sent);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const value = Buffer.from(bytes).toString("latin1");
      const text = headerText(value);
      expect(text === value || Buffer.from(text).equals(bytes)).toBe(true);
    }),
  );
});
