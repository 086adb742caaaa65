import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";

const TSCONFIG = join(__dirname, "schema.tsconfig.json");
const TYPE = "MessageCreateParamsBase";

/** Parameters that the SDK's types no longer name, as its newest models refuse them. Source: Messages API reference. */
const SAMPLING = { temperature: { type: "number", minimum: 0, maximum: 1 }, top_p: { type: "number" }, top_k: { type: "number" } };

interface Generated {
  readonly definitions: Readonly<
    Record<string, { properties?: Record<string, unknown>; anyOf?: readonly { const?: string; enum?: readonly string[] }[] }>
  >;
}

/**
 * In a process of its own, as jest takes several times as long to load a compiler. What the file imports is not read: the types of a request are all in one
 * file, and the rest of the SDK takes ten times as long.
 */
function generate(): Generated {
  const types = join(dirname(require.resolve("@anthropic-ai/sdk/resources/messages/messages.js")), "messages.d.ts");
  const script = `
    const { createGenerator } = require("ts-json-schema-generator");
    const options = ${JSON.stringify({ path: types, tsconfig: TSCONFIG, type: TYPE, skipTypeCheck: true, additionalProperties: false, jsDoc: "none" })};
    console.log(JSON.stringify(createGenerator(options).createSchema("${TYPE}")));
  `;
  return JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: __dirname, encoding: "utf8", maxBuffer: 16 * 1024 * 1024 }),
  ) as Generated;
}

let generated: Generated | undefined;
const schemaOf = (): Generated => (generated ??= generate());

/** Models that the SDK names. */
export const knownModels = (): readonly string[] =>
  (schemaOf().definitions["Model"]?.anyOf ?? []).flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));

let validate: ValidateFunction | undefined;

/** Checks a body against a schema of the SDK's own types, which takes a second or two to make: once per test file. */
export function bodyErrors(body: unknown): readonly string[] {
  if (validate === undefined) {
    const schema = schemaOf();
    Object.assign(schema.definitions[TYPE]?.properties ?? {}, SAMPLING);
    validate = new Ajv({ strict: false }).compile(schema);
  }
  return validate(JSON.parse(JSON.stringify(body)))
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}
