import { attribute, block, defineSchema, t } from "../../../../provider/framework";
import { schemaToMessage } from "../../../../provider/framework/schema/to-message";

describe("schemaToMessage", () => {
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

  it("has every attribute with its flags", () => {
    const { version, block: body } = schemaToMessage(
      defineSchema({
        version: 3,
        description: "A **thing**.",
        deprecated: "Use another.",
        attributes: {
          a: attribute.list(t.string, { required: true, description: "d", sensitive: true }),
          b: attribute.string({ optional: true, default: "x" }),
          c: attribute.string({ optional: true, writeOnly: true, deprecated: "gone soon" }),
          n: attribute.mapNested({ optional: true, attributes: { x: attribute.bool({ computed: true }) } }),
        },
        blocks: { one: block.single({ attributes: {}, required: true }), many: block.set({ attributes: {}, maxItems: 4 }) },
      }),
    );
    expect(version).toBe(3);
    expect(body).toMatchObject({ description: "A **thing**.", descriptionKind: 1, deprecated: true, deprecationMessage: "Use another." });
    const [a, b, c, n] = body.attributes;
    expect(text(a?.type)).toBe('["list","string"]');
    expect(a).toMatchObject({
      name: "a",
      required: true,
      optional: false,
      computed: false,
      sensitive: true,
      writeOnly: false,
      description: "d",
    });
    expect(b).toMatchObject({ required: false, optional: true, computed: true });
    expect(c).toMatchObject({ optional: true, computed: false, writeOnly: true, deprecated: true, deprecationMessage: "gone soon" });
    expect(n).toMatchObject({ nestedType: { nesting: 4, attributes: [{ name: "x", computed: true, optional: false }] } });
    expect(n?.type).toBeUndefined();
    expect(body.blockTypes).toMatchObject([
      { typeName: "one", nesting: 1, minItems: 1, maxItems: 1 },
      { typeName: "many", nesting: 3, minItems: 0, maxItems: 4 },
    ]);
  });
});

it("fix: a single block that may be left out has no limits, as core refuses limits that differ", () => {
  const { block: body } = schemaToMessage(defineSchema({ attributes: {}, blocks: { one: block.single({ attributes: {} }) } }));
  expect(body.blockTypes).toMatchObject([{ typeName: "one", minItems: 0, maxItems: 0 }]);
});
