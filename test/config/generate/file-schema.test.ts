import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { fileSchemaText } from "../../../config/generate/file-schema";

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(fileSchemaText()) as object);

const TARGET = { route_type: "llm/v1/chat", model: { provider: "openai", name: "gpt-4o" } };
const plugin = (config: unknown, name = "ai-proxy-advanced") => ({ name, config });
const file = (...plugins: unknown[]) => ({ _format_version: "3.0", plugins });
const withTarget = (more: Readonly<Record<string, unknown>>) => file(plugin({ targets: [{ ...TARGET, ...more }] }));
const problems = (document: unknown): string[] =>
  validate(document) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);

test.each([
  ["a flat plugin", withTarget({ weight: 5 })],
  [
    "nested entities",
    {
      _format_version: "3.0",
      services: [
        { name: "ai", url: "http://localhost:32000", routes: [{ name: "chat", paths: ["/chat"], plugins: [plugin(TARGET, "ai-proxy")] }] },
      ],
      consumers: [{ username: "alice", plugins: [plugin({ targets: [TARGET] })] }],
      consumer_groups: [{ name: "gold", plugins: [plugin({ path: "/tmp/log" }, "file-log")] }],
    },
  ],
  ["a plugin by the route's name", file({ ...plugin({ targets: [TARGET] }), route: "chat", service: { id: "1" } })],
  ["references for numbers, words and flags", withTarget({ weight: "{vault://env/WEIGHT}", route_type: '${{ env "DECK_ROUTE" }}' })],
  [
    "a reference for the port of Redis",
    file(
      plugin({
        targets: [TARGET],
        vectordb: { strategy: "redis", distance_metric: "cosine", dimensions: 3, redis: { port: "{vault://env/PORT}" } },
      }),
    ),
  ],
  ["free-form metadata", withTarget({ metadata: { any: [1, null] } })],
  ["other plugins and lists", { ...file({ name: "key-auth", config: { anything: 1 } }), upstreams: [] }],
])("%s is taken", (_, document) => {
  expect(problems(document)).toEqual([]);
});

test.each([
  ["an unknown field", withTarget({ wieght: 5 }), "/plugins/0/config/targets/0 additionalProperties"],
  ["an unknown field of another plugin's", file(plugin({ ...TARGET, targets: [] }, "ai-proxy")), "/plugins/0/config additionalProperties"],
  ["a wrong word", withTarget({ route_type: "llm/v1/chatt" }), "/plugins/0/config/targets/0/route_type enum"],
  ["a number out of range", withTarget({ weight: 0 }), "/plugins/0/config/targets/0/weight minimum"],
  ["a text that is no reference", withTarget({ weight: "70" }), "/plugins/0/config/targets/0/weight pattern"],
  ["a missing target list", file(plugin({})), "/plugins/0/config required"],
  ["a missing configuration", file({ name: "ai-proxy" }), "/plugins/0 required"],
  ["an unknown field of a route", { _format_version: "3.0", routes: [{ path: "/x" }] }, "/routes/0 additionalProperties"],
  ["another version", { _format_version: "1.1" }, "/_format_version const"],
])("%s is refused", (_, document, expected) => {
  expect(problems(document)).toContain(expected);
});

test("editors are told what a field does, its unit and default", () => {
  const { $defs } = JSON.parse(fileSchemaText()) as {
    $defs: Record<string, { properties: Record<string, { properties?: Record<string, unknown> }> }>;
  };
  expect($defs["AiProxyAdvancedConfig"]?.properties["balancer"]?.properties?.["connect_timeout"]).toEqual({
    default: 60000,
    description: "Time to open the connection to a target. Unit: ms.",
    anyOf: [{ type: "integer", minimum: 1, maximum: 2147483646 }, { $ref: "#/$defs/Reference" }],
  });
  expect(fileSchemaText()).not.toMatch(/"(since|referenceable|secret|absent|freeForm)":/);
});
