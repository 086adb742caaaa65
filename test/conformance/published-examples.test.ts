import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { fileSchemaText } from "../../config/generate/file-schema";
import { formatPath, formatProblem } from "../../config/problem";
import { RULES } from "../../config/rules";
import { Tree } from "../../config/rules/tree";
import type { AiPluginName } from "../../config/schema/plugins";
import { validatePlugin } from "../../config/validate";

interface Example {
  readonly id: string;
  readonly plugin: AiPluginName;
  readonly expect: "accepted" | "refused";
  /** The field that a refusal has to name. */
  readonly names?: string;
  readonly config: unknown;
}

interface ConfigCase {
  readonly id: string;
  readonly valid: boolean;
  readonly plugin_config: unknown;
}

const shared = join(__dirname, "../../../shared/conformance");
const read = (path: string): unknown => JSON.parse(readFileSync(join(shared, path), "utf8"));

const examples = read("kong-docs/examples.json") as readonly Example[];
const { cases } = read("kong/config-cases.json") as { readonly cases: readonly ConfigCase[] };

const REFERENCE = /\$\{\{ env "[A-Z0-9_]+" \}\}/;
const isDeferred = (value: unknown): boolean => typeof value === "string" && REFERENCE.test(value);

function resolved(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === "string" ? member.replace(new RegExp(REFERENCE, "g"), "value-of-x") : member,
  );
}

test("there are 62 published examples", () => {
  expect(examples).toHaveLength(62);
});

describe.each([
  ["references unknown", (config: unknown) => config, { isDeferred }],
  ["references resolved", resolved, {}],
] as const)("published examples, %s", (_, prepare, options) => {
  test.each(examples.map((example) => [example.id, example] as const))("%s", (_id, example) => {
    const { problems, config } = validatePlugin(example.plugin, prepare(example.config), options);
    const errors = problems.filter(({ severity }) => severity === "error").map((problem) => formatProblem(problem));
    if (example.expect === "accepted") {
      expect(errors).toEqual([]);
      expect(config).toBeDefined();
    } else {
      expect(config).toBeUndefined();
      expect(errors.join("\n")).toContain(example.names ?? "must be");
    }
  });
});

/** From this number on rules are ours: extensions, and lints of settings that do nothing. */
const FIRST_OF_OURS = 19;

/** Every setting of the published examples acts here too, so that no example needs an exception. */
test.each(examples.map((example) => [example.id, example] as const))("no rule of ours speaks of %s", (_, example) => {
  const tree = new Tree(example.plugin, example.config, { isDeferred, isHidden: () => false });
  const found = RULES.filter((rule) => rule.id >= FIRST_OF_OURS).flatMap((rule) =>
    rule.check(tree).map(({ path, message }) => `rule ${rule.id}: ${formatPath(path)} ${message}`),
  );
  expect(found).toEqual([]);
});

const ajv = new Ajv2020({ allErrors: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(fileSchemaText()) as object);

test.each(examples.map((example) => [example.id, example] as const))("an editor with the JSON Schema judges %s alike", (_, example) => {
  const file = { _format_version: "3.0", plugins: [{ name: example.plugin, config: example.config }] };
  expect({ valid: validate(file), errors: validate.errors }).toMatchObject({ valid: example.expect === "accepted" });
});

test.each(cases.map((one) => [one.id, one] as const))("plugin configuration %s", (_, { valid, plugin_config }) => {
  expect(validatePlugin("ai-proxy", plugin_config).config !== undefined).toBe(valid);
});
