import { pluginField } from "../../config/schema/describe";
import type { AiPluginName } from "../../config/schema/plugins";
import { attribute, defineSchema, type Attributes } from "../framework";
import { pluginAttributes } from "./attributes";
import { routeAttributes } from "./route";

/** The attributes that hold plugins, and the plugin that each holds. */
export const PLUGIN_ATTRIBUTES = { ai_proxy_advanced: "ai-proxy-advanced", ai_proxy: "ai-proxy" } as const satisfies Readonly<
  Record<string, AiPluginName>
>;

/** One of the attributes that hold plugins. */
export type PluginAttribute = keyof typeof PLUGIN_ATTRIBUTES;

/** Name of the Kong Service where none is given. */
export const DEFAULT_SERVICE_NAME = "signalbox";

const route = attribute.singleNested({
  required: true,
  description: "Which requests it answers: at least one of `paths`, `methods`, `hosts` and `headers`.",
  attributes: routeAttributes,
});

function elementAttributes(plugin: AiPluginName): Attributes {
  return { route, ...pluginAttributes(plugin) };
}

function plugins(plugin: AiPluginName, what: string) {
  return attribute.listNested({
    optional: true,
    description: `${what} Each element has the fields of \`config\` in Kong's spelling beside its \`route\`. ${pluginField(plugin).meta.description}`,
    attributes: elementAttributes(plugin),
  });
}

/** Schema of the data source `signalbox_configuration`. */
export const configurationSchema = defineSchema({
  description:
    "A gateway's configuration, checked as the gateway itself checks it and rendered as Kong's declarative document. Nothing is resolved and no default is filled in: references stay what they are, so that nothing here is a secret.",
  attributes: {
    name: attribute.string({
      optional: true,
      description: `Name of the Kong Service that carries the routes; shown in logs. Default: \`${DEFAULT_SERVICE_NAME}\`.`,
    }),
    ai_proxy_advanced: plugins("ai-proxy-advanced", "Routes with several models behind them."),
    ai_proxy: plugins("ai-proxy", "Routes with one model behind them."),
    json: attribute.string({ computed: true, description: "The document as JSON, with sorted keys and without white space." }),
    yaml: attribute.string({ computed: true, description: "The same document as YAML, for people." }),
    sha256: attribute.string({ computed: true, description: "SHA-256 of `json`, in hexadecimal digits." }),
  },
});
