import { consumerFields, consumerGroupFields, routeFields, serviceFields } from "../declarative/entity-fields";
import type { PluginName } from "../schema/plugins";
import { PLUGINS } from "../schema/plugins";
import type { JsonSchema } from "./plugin-schema";
import { pluginSchema } from "./plugin-schema";

const DEFINITIONS = "#/$defs/";
const text = { type: "string" } as const satisfies JsonSchema;
const flag: JsonSchema = { anyOf: [{ type: "boolean" }, { $ref: `${DEFINITIONS}Reference` }] };
const texts = { type: "array", items: text } as const satisfies JsonSchema;
const list = (name: string): JsonSchema => ({ type: "array", items: { $ref: DEFINITIONS + name } });
const foreign = (what: string): JsonSchema => ({
  description: `${what}: its name or id.`,
  anyOf: [text, { type: "object", properties: { name: text, id: text }, additionalProperties: false }],
});

/** What editors are told about the fields of entities; the loader checks them in full. */
const ENTITY_FIELDS: Readonly<Record<string, JsonSchema>> = {
  id: { ...text, format: "uuid" },
  name: text,
  tags: texts,
  url: { ...text, description: "Only for Kong; an AI plugin brings its own upstream. A dummy such as http://localhost:32000 will do." },
  enabled: { ...flag, default: true },
  service: foreign("The Service"),
  protocols: { ...texts, description: "Protocols that the route matches." },
  methods: { ...texts, description: "HTTP methods that the route matches." },
  hosts: { ...texts, description: "Host names that the route matches; one may begin or end with `*`." },
  paths: { ...texts, description: "Prefixes of paths that the route matches; regular expressions where they begin with `~`." },
  headers: { type: "object", additionalProperties: texts, description: "Headers that the route matches, with their accepted values." },
  strip_path: { ...flag, default: true, description: "Takes the matched prefix off the path." },
  preserve_host: { ...flag, default: false },
  regex_priority: { anyOf: [{ type: "integer" }, { $ref: `${DEFINITIONS}Reference` }], default: 0 },
  username: text,
  custom_id: text,
  routes: list("Route"),
  plugins: list("Plugin"),
};

function entity(what: string, names: readonly string[], own: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const properties = Object.fromEntries(names.map((name) => [name, own[name] ?? ENTITY_FIELDS[name] ?? {}]));
  return { type: "object", description: what, properties, additionalProperties: false };
}

const definitionOf: Readonly<Record<PluginName, string>> = {
  "ai-proxy": "AiProxyConfig",
  "ai-proxy-advanced": "AiProxyAdvancedConfig",
  "file-log": "FileLogConfig",
};
const pluginNames = Object.keys(PLUGINS) as PluginName[];

function plugin(): JsonSchema {
  const entityText = "A plugin: what happens to requests of its scope.";
  return {
    type: "object",
    description: entityText,
    required: ["name"],
    additionalProperties: false,
    properties: {
      name: { description: "Which plugin it is.", anyOf: [{ enum: pluginNames }, text] },
      instance_name: { ...text, description: "Name of this instance, for people." },
      enabled: { ...flag, default: true },
      config: { description: "The plugin's configuration." },
      service: foreign("The Service that it applies to"),
      route: foreign("The Route that it applies to"),
      consumer: foreign("The Consumer that it applies to"),
      consumer_group: foreign("The Consumer Group that it applies to"),
      id: { ...text, format: "uuid" },
      tags: texts,
      protocols: texts,
      ordering: {},
      condition: {},
      partials: {},
      created_at: { type: "integer" },
      updated_at: { type: "integer" },
    },
    allOf: pluginNames.map((name) => ({
      if: { properties: { name: { const: name } }, required: ["name"] },
      then: { properties: { config: { $ref: DEFINITIONS + definitionOf[name] } }, required: ["config"] },
    })),
  };
}

/** Text of `docs/signalbox.schema.json`: what editors need to help with a whole `kong.yaml`. */
export function fileSchemaText(): string {
  const schema: JsonSchema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Signalbox configuration",
    description: "A declarative file in Kong's format, as the Signalbox gateway reads it.",
    type: "object",
    required: ["_format_version"],
    properties: {
      _format_version: { description: "Version of the file format.", const: "3.0" },
      services: list("Service"),
      routes: list("Route"),
      plugins: list("Plugin"),
      consumers: list("Consumer"),
      consumer_groups: list("ConsumerGroup"),
    },
    $defs: {
      Reference: {
        description: "A value kept elsewhere: {vault://env/NAME}, {vault://file/PATH} or decK's env placeholder.",
        type: "string",
        pattern: "\\{vault://[^}]+\\}|\\$\\{\\{[^}]+\\}\\}",
      },
      Service: entity("A Service: groups routes.", Object.keys(serviceFields)),
      Route: entity("A Route: which requests are meant.", Object.keys(routeFields)),
      Consumer: entity("A Consumer: who sends requests.", Object.keys(consumerFields)),
      ConsumerGroup: entity("A Consumer Group.", Object.keys(consumerGroupFields)),
      Plugin: plugin(),
      ...Object.fromEntries(pluginNames.map((name) => [definitionOf[name], pluginSchema(name)])),
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
