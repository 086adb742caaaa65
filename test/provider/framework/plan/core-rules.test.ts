import { attribute, block, defineSchema, t, UNKNOWN, type CtyRecord, type CtyValue } from "../../../../provider/framework";
import { outcomeViolations, planViolations, stateViolations } from "../../../../provider/framework/testing";

const label = attribute.string({ required: true });
const schema = defineSchema({
  attributes: {
    a: attribute.string({ optional: true }),
    c: attribute.string({ computed: true }),
    oc: attribute.string({ optional: true, computed: true }),
    w: attribute.string({ optional: true, writeOnly: true }),
    one: attribute.singleNested({ optional: true, attributes: { label, c: attribute.string({ computed: true }) } }),
    list: attribute.listNested({ optional: true, attributes: { label } }),
    map: attribute.mapNested({ optional: true, attributes: { label } }),
    set: attribute.setNested({ optional: true, attributes: { label } }),
    ports: attribute.set(t.number, { optional: true, computed: true }),
  },
  blocks: { rule: block.list({ attributes: { label } }), place: block.single({ attributes: { label } }) },
});

const object = (given: Readonly<Record<string, CtyValue>>): CtyRecord => ({
  a: null,
  c: null,
  oc: null,
  w: null,
  one: null,
  list: null,
  map: null,
  set: null,
  ports: null,
  rule: [],
  place: null,
  ...given,
});
const places = (found: readonly { readonly path: { toString(): string } }[]): readonly string[] => found.map(({ path }) => path.toString());

describe("planViolations", () => {
  it.each<[string, CtyRecord, CtyRecord | null, CtyRecord, readonly string[]]>([
    ["the configuration as it is", object({ a: "x" }), null, object({ a: "x", c: UNKNOWN, oc: UNKNOWN }), []],
    ["the stored value for an equivalent one", object({ a: "X" }), object({ a: "x" }), object({ a: "x" }), []],
    ["another value", object({ a: "x" }), object({ a: "y" }), object({ a: "z" }), ["a"]],
    ["unknown for a configured value", object({ a: "x" }), null, object({ a: UNKNOWN }), ["a"]],
    ["a value for one that is neither configured nor computed", object({}), null, object({ a: "x" }), ["a"]],
    ["the stored value for one that was taken away", object({}), object({ a: "x" }), object({ a: "x" }), ["a"]],
    ["a write-only value", object({ w: "s" }), null, object({ w: "s" }), ["w"]],
    ["an object that is not configured", object({}), null, object({ one: { label: "x", c: null } }), ["one"]],
    [
      "a computed value in a configured object",
      object({ one: { label: "x", c: null } }),
      null,
      object({ one: { label: "x", c: UNKNOWN } }),
      [],
    ],
    [
      "a changed value in a configured object",
      object({ one: { label: "x", c: null } }),
      null,
      object({ one: { label: "y", c: null } }),
      ["one.label"],
    ],
    ["an object that is unknown as a whole", object({ one: { label: "x", c: null } }), null, object({ one: UNKNOWN }), ["one"]],
    ["a lost element", object({ list: [{ label: "x" }] }), null, object({ list: [] }), ["list"]],
    ["a changed element", object({ list: [{ label: "x" }] }), null, object({ list: [{ label: "y" }] }), ["list[0].label"]],
    ["another key", object({ map: { k: { label: "x" } } }), null, object({ map: { l: { label: "x" } } }), ['map["k"]']],
    ["another element of a set", object({ set: [{ label: "x" }] }), null, object({ set: [{ label: "y" }] }), ["set"]],
    ["an element more in a set", object({ set: [{ label: "x" }] }), null, object({ set: [{ label: "x" }, { label: "y" }] }), ["set"]],
    ["null for no blocks", object({}), null, object({ rule: null }), ["rule"]],
    ["an unknown block", object({ rule: [{ label: "x" }] }), null, object({ rule: UNKNOWN }), ["rule"]],
    ["a block for a dynamic one", object({ rule: UNKNOWN }), null, object({ rule: [] }), ["rule"]],
    ["a dynamic block left alone", object({ rule: UNKNOWN }), null, object({ rule: UNKNOWN }), []],
    ["a block less", object({ place: { label: "x" } }), null, object({}), ["place"]],
  ])("judges %s", (_name, config, prior, plan, expected) => {
    expect(places(planViolations(schema, prior, config, plan))).toEqual(expected);
  });

  it("asks for nothing when all is destroyed, and for something otherwise", () => {
    expect(planViolations(schema, object({}), null, null)).toEqual([]);
    expect(planViolations(schema, object({}), null, object({}))).toHaveLength(1);
    expect(planViolations(schema, null, object({}), null)).toHaveLength(1);
  });
});

describe("outcomeViolations", () => {
  it.each<[string, CtyRecord | null, CtyRecord | null, readonly string[]]>([
    ["unknown values may become anything", object({ c: UNKNOWN, ports: UNKNOWN }), object({ c: null, ports: [1] }), []],
    ["known values may not change", object({ a: "x" }), object({ a: "y" }), ["a"]],
    ["null may not become a value", object({}), object({ c: "x" }), ["c"]],
    ["a list may not grow", object({ list: [{ label: "x" }] }), object({ list: [{ label: "x" }, { label: "y" }] }), ["list"]],
    ["a key may not vanish", object({ map: { k: { label: "x" } } }), object({ map: {} }), ['map["k"]']],
    ["a set may shrink by unknown elements that turn out equal", object({ ports: [1, UNKNOWN] }), object({ ports: [1] }), []],
    ["a set may not grow", object({ ports: [UNKNOWN] }), object({ ports: [1, 2] }), ["ports"]],
    ["an element may not vanish from a set", object({ ports: [1, 2] }), object({ ports: [2] }), ["ports"]],
    ["an object may not vanish", object({}), null, [""]],
  ])("judges that %s", (_name, planned, actual, expected) => {
    expect(places(outcomeViolations(schema, planned, actual))).toEqual(expected);
  });
});

describe("stateViolations", () => {
  it("finds unknown and write-only values", () => {
    expect(places(stateViolations(schema, object({ c: UNKNOWN, w: "s" })))).toEqual(["c", "w"]);
    expect(stateViolations(schema, null)).toEqual([]);
  });
});
