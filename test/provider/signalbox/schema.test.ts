import { routeFields } from "../../../config/declarative/entity-fields";
import { pluginField, type Field } from "../../../config/schema/describe";
import { typeToJson, type Attribute, type Attributes } from "../../../provider/framework";
import { configurationSchema, PLUGIN_ATTRIBUTES } from "../../../provider/schema/configuration";
import { ROUTE_FIELDS } from "../../../provider/schema/route";

interface Pair {
  readonly path: string;
  readonly field: Field;
  readonly attribute: Attribute | undefined;
}

function pairs(record: Field, attributes: Attributes | undefined, path: string): readonly Pair[] {
  return [...(record.fields ?? [])].flatMap(([name, field]) => {
    const attribute = attributes?.[name];
    const own = { path: `${path}.${name}`, field, attribute };
    const inner = field.kind === "array" ? field.item : field;
    return inner?.fields === undefined ? [own] : [own, ...pairs(inner, attribute?.nested?.attributes, own.path)];
  });
}

const LEAVES = { string: '"string"', enum: '"string"', free: '"string"', integer: '"number"', number: '"number"', boolean: '"bool"' };

function expectedForm(field: Field): string {
  if (field.kind === "object") return "single";
  if (field.kind !== "array") return LEAVES[field.kind];
  const item = field.item!;
  return item.kind === "object" ? "list" : `["list",${LEAVES[item.kind as keyof typeof LEAVES]}]`;
}

const elementOf = (name: keyof typeof PLUGIN_ATTRIBUTES) => configurationSchema.attributes[name].nested!.attributes;

describe.each(Object.entries(PLUGIN_ATTRIBUTES))("%s", (name, plugin) => {
  const element = elementOf(name as keyof typeof PLUGIN_ATTRIBUTES);
  const all = pairs(pluginField(plugin), element, name);

  it("has every field of the model and no other but route", () => {
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(({ attribute }) => attribute === undefined).map(({ path }) => path)).toEqual([]);
    const count = (attributes: Attributes): number =>
      Object.values(attributes).reduce((sum, { nested }) => sum + 1 + (nested === undefined ? 0 : count(nested.attributes)), 0);
    const { route, ...others } = element;
    expect(route?.mode).toBe("required");
    expect(count(others)).toBe(all.length);
  });

  it("has each field in its form, required where Kong requires it, never with a default of its own", () => {
    for (const { path, field, attribute } of all) {
      expect({ path, form: attribute?.nested?.nesting ?? typeToJson(attribute!.type), mode: attribute?.mode }).toEqual({
        path,
        form: expectedForm(field),
        mode: field.required ? "required" : "optional",
      });
    }
  });

  it("says what the model says: description, words, range, default, secrecy", () => {
    for (const { path, field, attribute } of all) {
      const text = attribute?.description ?? "";
      expect(`${path}: ${text}`).toContain(field.meta.description);
      for (const word of field.values ?? []) expect(text).toContain(`\`${word}\``);
      for (const bound of [field.min, field.max]) if (bound !== undefined) expect(text).toContain(String(bound));
      if (field.default !== undefined) expect(text).toMatch(/Default: `.+`/);
      expect(text.includes("**Secret:**")).toBe(field.meta.secret === true);
      expect(attribute?.sensitive).toBe(false);
    }
  });
});

it("has routes with fields that the loader knows", () => {
  expect(ROUTE_FIELDS.filter((name) => !Object.hasOwn(routeFields, name))).toEqual([]);
});

it("computes json, yaml and sha256", () => {
  const computed = Object.entries(configurationSchema.attributes).filter(([, { mode }]) => mode === "computed");
  expect(computed.map(([name]) => name)).toEqual(["json", "yaml", "sha256"]);
});
