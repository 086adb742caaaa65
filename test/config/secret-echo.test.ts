import { loadDeclarative } from "../../config/declarative/load";
import type { Path } from "../../config/problem";
import { formatProblem } from "../../config/problem";
import { createReferenceSource } from "../../config/references";
import { holdsSecret, pluginField, type Field } from "../../config/schema/describe";
import { validatePlugin } from "../../config/validate";

// no key of a well-known shape, as those are left out of every message
const CANARY = "live-Canary4711aZ";
const references = createReferenceSource({ env: {} });

/** Where credentials stand, and the records that lead there; the first item of lists. */
function secretPlaces(field: Field, path: Path = []): { readonly path: Path; readonly field: Field }[] {
  if (!holdsSecret(field)) return [];
  const below = [...(field.fields ?? [])].flatMap(([name, member]) => secretPlaces(member, [...path, name]));
  return [{ path, field }, ...below, ...(field.item === undefined ? [] : secretPlaces(field.item, [...path, 0]))];
}

/** The canary in every type of JSON. */
const SHAPES: Readonly<Record<string, unknown>> = {
  text: CANARY,
  "text with a scheme": `Bearer ${CANARY}`,
  "text around a reference": `Bearer ${CANARY} {vault://env/SIGNALBOX_ABSENT}`,
  list: [CANARY],
  "list of lists": [[CANARY]],
  "map below a wrong key": { key: CANARY },
  "map whose key it is": { [CANARY]: "x" },
  "list of maps": [{ [CANARY]: CANARY }],
  number: 471_147_114_711,
  "list of numbers": [471_147_114_711],
};

function put(path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  return typeof part === "number" ? [put(rest, value)] : { [part]: put(rest, value) };
}

const fileOf = (plugin: string, config: unknown): object => ({
  _format_version: "3.0",
  routes: [{ name: "chat", paths: ["/chat"], plugins: [{ name: plugin, config }] }],
});

const secrets = (["ai-proxy", "ai-proxy-advanced"] as const).flatMap((plugin) =>
  secretPlaces(pluginField(plugin)).map((place) => ({ plugin, ...place })),
);

test("the schema has many places of credentials", () => {
  expect(secrets.filter(({ field }) => field.meta.secret === true).length).toBeGreaterThan(15);
});

test.each(secrets.map((one) => [`${one.plugin} ${one.path.join(".")}`, one] as const))(
  "no value at a credential's place is repeated: %s",
  (_name, { plugin, path }) => {
    for (const [shape, value] of Object.entries(SHAPES)) {
      const config = put(path, value);
      const told = [
        ...loadDeclarative(JSON.stringify(fileOf(plugin, config)), { references }).problems,
        ...validatePlugin(plugin, config).problems,
      ].map((problem) => formatProblem(problem));
      expect([shape, told.filter((text) => /Canary4711aZ|471.?147/.test(text))]).toEqual([shape, []]);
    }
  },
);

test("texts beside a credential are not repeated, numbers and near names are", () => {
  const auth = { param_location: CANARY, header_nam: "x" };
  const config = { targets: [{ route_type: "llm/v1/chat", model: { provider: "openai" }, auth, weight: 0 }] };
  const told = validatePlugin("ai-proxy-advanced", config).problems.map((problem) => formatProblem(problem));
  expect(told.join("\n")).toMatch(/param_location: must be one of "body", "query", but a string was given/);
  expect(told.join("\n")).toMatch(/auth\.header_nam: is no known field here\. Did you mean "header_name"\?/);
  expect(told.join("\n")).toMatch(/weight: must be .*, but 0 was given/);
});

test.each([
  ["a broken quote", `auth: "${CANARY}\n  x: y`],
  ["a wrong indent", `auth:\n  header_value: ${CANARY}\n header_name: x: ${CANARY}`],
  ["a tab", `auth:\n\theader_value: ${CANARY}`],
  ["a key twice", `${CANARY}: 1\n${CANARY}: 2`],
  ["an unknown alias", `auth: *${CANARY}`],
  ["an unknown tag", `auth: !${CANARY} x`],
  ["broken JSON", `{"auth": {"header_value": "${CANARY}"`],
  ["no map", CANARY],
  ["text for a plugin", JSON.stringify({ _format_version: "3.0", plugins: [CANARY] })],
  ["text for plugins", JSON.stringify({ _format_version: "3.0", plugins: CANARY })],
])("a file that cannot be understood is not quoted: %s", (_name, text) => {
  const { problems } = loadDeclarative(text, { references });
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.map((problem) => formatProblem(problem)).join("\n")).not.toContain("Canary4711aZ");
});

test.each([
  ["a plain field", { balancer: { algorithm: "sk-live-4711aaaaaaaaaaaaaaaa" } }],
  [
    "a number",
    { targets: [{ route_type: "llm/v1/chat", model: { provider: "openai", options: { temperature: "AKIAABCDEFGHIJKLMNOP" } } }] },
  ],
])("what looks like a key is repeated nowhere, not even from %s", (_, config) => {
  const told = validatePlugin("ai-proxy-advanced", config).problems.map((problem) => formatProblem(problem));
  expect(told.join()).toMatch(/\(an API key \(sk-…\)\)|\(an AWS access key id\)/);
  expect(told.join()).not.toMatch(/4711|AKIA/);
});
