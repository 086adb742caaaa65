import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Field } from "../../config/schema/describe";
import { pluginField } from "../../config/schema/describe";
import type { AiPluginName } from "../../config/schema/plugins";

interface Published {
  readonly plugin: AiPluginName;
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly since: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly min?: number;
  readonly max?: number;
  readonly minLen?: number;
  readonly referenceable?: boolean;
  readonly encrypted?: boolean;
}

const published = JSON.parse(
  readFileSync(join(__dirname, "../../../shared/reference/kong-schema-3.15.json"), "utf8"),
) as readonly Published[];

type Facts = Omit<Published, "plugin" | "path">;

/** The published lists begin with 3.8; `ai-proxy` is older, so that what it had from the start is "≤3.8" there and plainly "3.8" in our model. */
function sinceOf(plugin: AiPluginName, since: string): string {
  return plugin === "ai-proxy" && since === "3.8" ? "≤3.8" : since;
}

/** Names of our kinds in the published lists, where they differ. */
const TYPE_NAMES: Readonly<Record<string, string>> = { enum: "string", free: "object" };

/** Kong marks array items as not required, whatever they hold; in our model the question does not arise. */
function factsOf(plugin: AiPluginName, field: Field, isItem: boolean): Facts {
  const { kind, meta } = field;
  return {
    type: TYPE_NAMES[kind] ?? kind,
    required: field.required && !isItem,
    since: sinceOf(plugin, meta.since),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.values && { enum: field.values }),
    ...(field.min !== undefined && { min: field.min }),
    ...(field.max !== undefined && { max: field.max }),
    ...(field.minLength !== undefined && { minLen: field.minLength }),
    ...(meta.referenceable && { referenceable: true }),
    ...(meta.secret && { encrypted: true }),
  };
}

/** What Kong does not have; outside of it no field differs. */
const OURS = "config.extensions";

function ourFields(plugin: AiPluginName): Map<string, Facts> {
  const all = new Map<string, Facts>();
  const visit = (field: Field, path: string): void => {
    if (path === OURS) return;
    all.set(path, factsOf(plugin, field, path.endsWith("[]")));
    if (field.item) visit(field.item, `${path}[]`);
    for (const [name, member] of field.fields ?? []) visit(member, `${path}.${name}`);
  };
  visit(pluginField(plugin), "config");
  return all;
}

/** `changes` is the field's history and no fact of 3.15; the other two say where the field is. */
const NOT_COMPARED = new Set(["plugin", "path", "changes"]);

function publishedFields(plugin: AiPluginName): Map<string, Facts> {
  const own = published.filter((field) => field.plugin === plugin && /^config(\.|$)/.test(field.path));
  const facts = (field: Published): Facts =>
    Object.fromEntries(Object.entries(field).filter(([key]) => !NOT_COMPARED.has(key))) as unknown as Facts;
  return new Map(own.map((field) => [field.path, facts(field)]));
}

test("config.extensions may be left out, and ai-proxy has none", () => {
  expect(pluginField("ai-proxy-advanced").fields?.get("extensions")).toMatchObject({ required: false });
  expect(pluginField("ai-proxy").fields?.has("extensions")).toBe(false);
});

describe.each(["ai-proxy-advanced", "ai-proxy"] as const)("the model of %s", (plugin) => {
  const ours = ourFields(plugin);
  const theirs = publishedFields(plugin);

  test("has exactly the published fields outside config.extensions", () => {
    expect(theirs.size).toBeGreaterThan(80);
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    expect([...theirs.keys()].filter((path) => path.startsWith(OURS))).toEqual([]);
  });

  test.each([...theirs])("%s is as published", (path, facts) => {
    expect(ours.get(path)).toEqual(facts);
  });
});
