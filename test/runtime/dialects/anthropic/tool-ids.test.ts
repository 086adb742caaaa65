import { anyCharacter, fc } from "../../../support/properties";
import { ToolIds } from "../../../../runtime/dialects/anthropic/tool-ids";

test.each(["call_1", "toolu_01A-b", "0"])("%s stays", (id) => {
  const ids = new ToolIds();

  expect(ids.write(id)).toBe(id);
  expect(ids.read(id)).toBe(id);
});

test("any id becomes one that Anthropic takes, the same every time, and comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (id) => {
      const ids = new ToolIds();
      const written = ids.write(id);

      expect(written).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(new ToolIds().write(id)).toBe(written);
      expect(ids.read(written)).toBe(id);
    }),
  );
});

test("different ids stay different", () => {
  const ids = new ToolIds();

  expect(new Set(["a|b", "a.b", "", "ä"].map((id) => ids.write(id))).size).toBe(4);
});
