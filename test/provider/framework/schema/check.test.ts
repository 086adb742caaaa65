import {
  attribute,
  block,
  createProviderServer,
  defineProvider,
  defineSchema,
  ProviderDefinitionError,
  requiresReplace,
  t,
  type Attributes,
  type Blocks,
} from "../../../../provider/framework";
import { checkSchema, type SchemaUse } from "../../../../provider/framework/schema/check";
import { fixtureProvider } from "../fixture/provider";

const optional = attribute.string({ optional: true });
const secret = attribute.string({ optional: true, writeOnly: true });

const mistakes = (attributes: Attributes, blocks: Blocks = {}, use: SchemaUse = "resource"): readonly string[] =>
  checkSchema(defineSchema({ attributes, blocks }), use, "x");

describe("checkSchema", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["a name with capitals", mistakes({ fooBar: optional }), /x\.fooBar must have a name of lower case/],
    ["a name of the language", mistakes({ count: optional }), /must not be named count/],
    ["a block name of the language", mistakes({}, { lifecycle: block.single({ attributes: {} }) }), /must not be named lifecycle/],
    ["a name of the language in a provider", mistakes({ alias: optional }, {}, "provider"), /must not be named alias/],
    [
      "an attribute and a block of one name",
      mistakes({ a: optional }, { a: block.list({ attributes: {} }) }),
      /both an attribute and a block/,
    ],
    [
      "more blocks required than allowed",
      mistakes({}, { a: block.list({ attributes: {}, minItems: 3, maxItems: 2 }) }),
      /at most maxItems \(2\) as minItems, got 3/,
    ],
    [
      "limits of a single block that differ, which core would refuse",
      mistakes({}, { a: { ...block.single({ attributes: {} }), maxItems: 1 } }),
      /the same minItems and maxItems/,
    ],
    [
      "write-only in a set",
      mistakes({ s: attribute.setNested({ optional: true, attributes: { secret } }) }),
      /x\.s\.secret must not be write-only inside a set/,
    ],
    [
      "write-only in a set block",
      mistakes({}, { s: block.set({ attributes: { secret } }) }),
      /x\.s\.secret must not be write-only inside a set/,
    ],
    ["write-only in a data source", mistakes({ secret }, {}, "data source"), /must not be write-only: only resources/],
    [
      "write-only with plan modifiers",
      mistakes({ a: attribute.string({ optional: true, writeOnly: true, planModifiers: [requiresReplace()] }) }),
      /never planned/,
    ],
    [
      "dynamic in a list of objects",
      mistakes({ l: attribute.listNested({ optional: true, attributes: { d: attribute.dynamic({ optional: true }) } }) }),
      /x\.l\.d must not be dynamic/,
    ],
    ["dynamic in a collection", mistakes({ l: attribute.list(t.dynamic, { optional: true }) }), /must not hold dynamic/],
    [
      "a default of another type",
      mistakes({ a: attribute.of({ kind: "number" } as const, { optional: true, default: "x" as never }) }),
      /must have a default of its type/,
    ],
    ["a computed provider attribute", mistakes({ a: attribute.string({ computed: true }) }, {}, "provider"), /a provider has no state/],
    [
      "equal meanings in a set",
      mistakes({
        s: attribute.setNested({ optional: true, attributes: { a: attribute.string({ optional: true, semanticEquals: () => true }) } }),
      }),
      /must not have semanticEquals/,
    ],
    [
      "a computed object of configured values",
      mistakes({ o: attribute.singleNested({ computed: true, attributes: { a: optional } }) }),
      /all attributes in it must be computed/,
    ],
    [
      "a write-only object of others",
      mistakes({ o: attribute.singleNested({ optional: true, writeOnly: true, attributes: { a: optional } }) }),
      /must be write-only/,
    ],
    [
      "plan modifiers in a data source",
      mistakes({ a: attribute.string({ optional: true, planModifiers: [requiresReplace()] }) }, {}, "data source"),
      /only resources are planned/,
    ],
  ])("refuses %s", (_name, found, sentence) => {
    expect(found).toEqual([expect.stringMatching(sentence)]);
  });

  it("has nothing against the fixture provider", () => {
    expect(() => createProviderServer(fixtureProvider())).not.toThrow();
  });

  it("stops a provider at its start, with all mistakes at once", () => {
    const resource = {
      schema: defineSchema({ version: 1, attributes: { count: optional } }),
      upgrades: {},
      create: () => ({}),
      read: () => null,
      delete: () => undefined,
    };
    const provider = defineProvider({ name: "demo", configure: () => undefined, resources: { other_thing: resource } });
    expect(() => createProviderServer(provider)).toThrow(ProviderDefinitionError);
    expect(() => createProviderServer(provider)).toThrow(/3 mistakes:[^]*starts with demo_[^]*named count[^]*upgrade from version 0/);
  });
});
