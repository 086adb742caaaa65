import { createHash } from "node:crypto";
import type { PluginEntity, PluginScope } from "../configuration";
import { formatPath, type Path } from "../problem";
import { didYouMean } from "../suggest";
import { unserved } from "../served";
import { normalizeAiConfig, validatePlugin, type ConfigOf } from "../validate";
import { pluginField } from "../schema/describe";
import type { RawEntity } from "./collect";
import type { LoadContext } from "./context";
import { foreignKey, type LoadedEntities } from "./entities";
import { commonFields, nameField } from "./entity-fields";
import { flag, isRecord, listOf, meaningless, oneOf, readFields, text, untouched, type Read } from "./fields";
import { resolveConfig } from "./plugin-config";

/** Plugins that are served. */
const SERVED = ["ai-proxy", "ai-proxy-advanced", "file-log"] as const;
type ServedName = (typeof SERVED)[number];

/** Fields of a plugin entity. Source: Kong 3.15, entity Plugin. */
export const pluginFields = {
  ...commonFields,
  name: text(),
  instance_name: nameField,
  enabled: flag,
  protocols: listOf(oneOf("http", "https", "grpc", "grpcs", "ws", "wss", "tcp", "tls", "udp", "tls_passthrough")),
  service: untouched,
  route: untouched,
  consumer: untouched,
  consumer_group: untouched,
  partials: untouched,
  ordering: meaningless("has no effect here, as the plugins that are served have a fixed order."),
  condition: untouched,
  config: untouched,
};

type PluginFields = Read<typeof pluginFields>;

/** Reads all plugins. Those that are disabled and not served, or that `ignored` lists, are left out. */
export function loadPlugins(
  raw: readonly RawEntity[],
  entities: LoadedEntities,
  ignored: readonly string[],
  context: LoadContext,
): readonly PluginEntity[] {
  const occupied = new Map<string, RawEntity>();
  const ids = new Set<string>();
  const plugins: PluginEntity[] = [];
  const protocols = new Map(entities.routes.list.map((route) => [route.key, route.protocols]));
  for (const entity of raw) {
    const fields = readFields(entity.value, entity.path, pluginFields, context);
    const scope = readScope(entity, entities, context);
    if (fields.name === undefined) {
      if (entity.value["name"] == null) context.error(entity.path, `A plugin must have a name: one of ${SERVED.join(", ")}.`);
      continue;
    }
    noteDuplicates(entity, fields, scope, occupied, ids, context);
    const plugin = loadPlugin(entity, fields.name, { fields, scope, ignored, protocols: protocols.get(scope.route ?? "") }, context);
    if (plugin !== undefined) plugins.push(plugin);
  }
  return plugins;
}

/** What a plugin applies to, by nesting or by its own fields. */
export function readScope(entity: RawEntity, entities: LoadedEntities, context: LoadContext): PluginScope {
  const service = foreignKey(entity, "service", entities.services.index, context);
  const route = foreignKey(entity, "route", entities.routes.index, context);
  const consumer = foreignKey(entity, "consumer", entities.consumers.index, context);
  const consumer_group = foreignKey(entity, "consumer_group", entities.consumer_groups.index, context);
  return {
    ...(service === undefined ? {} : { service }),
    ...(route === undefined ? {} : { route }),
    ...(consumer === undefined ? {} : { consumer }),
    ...(consumer_group === undefined ? {} : { consumer_group }),
  };
}

const scopeText = (name: string, scope: PluginScope): string =>
  JSON.stringify([name, scope.service, scope.route, scope.consumer, scope.consumer_group]);

function noteDuplicates(
  entity: RawEntity,
  { name = "", id, enabled }: PluginFields,
  scope: PluginScope,
  occupied: Map<string, RawEntity>,
  ids: Set<string>,
  context: LoadContext,
): void {
  if (id !== undefined && ids.has(id))
    context.error([...entity.path, "id"], `The id of a plugin must be unique in the file, but "${id}" occurs twice.`);
  if (id !== undefined) ids.add(id);
  const same = occupied.get(scopeText(name, scope));
  if (same !== undefined)
    context.error(entity.path, `${name} must occur only once per scope, but ${formatPath(same.path)} has the same: remove one of them.`);
  else occupied.set(scopeText(name, scope), entity);
  if (enabled === false || (name !== "ai-proxy" && name !== "ai-proxy-advanced")) return;
  const twinScope = `enabled twin of ${scopeText(name === "ai-proxy" ? "ai-proxy-advanced" : "ai-proxy", scope)}`;
  const twin = occupied.get(twinScope);
  if (twin !== undefined) {
    context.error(
      entity.path,
      `Only one of ai-proxy and ai-proxy-advanced can answer in a scope, but ${formatPath(twin.path)} has the same scope: disable one of them.`,
    );
  } else occupied.set(`enabled twin of ${scopeText(name, scope)}`, entity);
}

interface Surroundings {
  readonly fields: PluginFields;
  readonly scope: PluginScope;
  readonly ignored: readonly string[];
  /** Those of its route, where it has one. */
  readonly protocols: readonly string[] | undefined;
}

function loadPlugin(entity: RawEntity, name: string, around: Surroundings, context: LoadContext): PluginEntity | undefined {
  const { fields, scope, ignored, protocols } = around;
  const { path, value } = entity;
  const enabled = fields.enabled ?? true;
  if (ignored.includes(name)) {
    if (enabled) context.warning([...path, "name"], `The plugin ${name} is ignored, as asked for: nothing of what it does is done here.`);
    return undefined;
  }
  if (!isServed(name)) {
    if (enabled) context.error([...path, "name"], () => refuseName(name));
    return undefined;
  }
  if (enabled) noteUnserved(entity, scope, context);
  const id = fields.id ?? derivedId(name, scope);
  const base = { id, ...(fields.instance_name === undefined ? {} : { instance_name: fields.instance_name }), enabled, scope };
  const at: Path = [...path, "config"];
  if (value["config"] == null) {
    context.error(path, `The plugin ${name} must have a config.`);
    return undefined;
  }
  const check = <Name extends ServedName>(served: Name): ConfigOf[Name] | undefined => {
    const resolved = resolveConfig(withoutLua(value["config"], at, context), pluginField(served), at, context);
    const { problems, config } = validatePlugin(served, resolved.config, {
      path: at,
      isDeferred: resolved.isDeferred,
      isHidden: resolved.isHidden,
      ...(protocols === undefined ? {} : { protocols }),
    });
    context.add(problems);
    return config;
  };
  if (name === "file-log") {
    const config = check(name);
    return config === undefined ? undefined : { ...base, name, config };
  }
  const config = check(name);
  if (config === undefined) return undefined;
  if (enabled) warnOfGaps(name, config, at, context);
  return { ...base, name, config: normalizeAiConfig(name, config) };
}

/** What is valid but not served by this version loads all the same, so it has to be said (docs/behaviour.md "Configuration"). */
function warnOfGaps(name: Exclude<ServedName, "file-log">, config: unknown, path: Path, context: LoadContext): void {
  for (const gap of unserved(name, config, { defaultsApplied: true })) {
    const effect = gap.kind === "route" ? "its routes answer 501" : "it has no effect";
    context.warning([...path, ...gap.path], `${gap.what} is not served by this version yet: ${effect}.`);
  }
}

/** Kong's file-log can run Lua over its lines, which nothing here can do. */
function withoutLua(config: unknown, path: Path, context: LoadContext): unknown {
  if (!isRecord(config) || !Object.hasOwn(config, "custom_fields_by_lua")) return config;
  const { custom_fields_by_lua: lua, ...others } = config;
  if (lua !== null) context.error([...path, "custom_fields_by_lua"], "is not served, as there is no Lua here: remove it.");
  return others;
}

function isServed(name: string): name is ServedName {
  return (SERVED as readonly string[]).includes(name);
}

function refuseName(name: string): string {
  return `The plugin ${name} is not served, and leaving it out could open the gateway: disable it with "enabled: false", or accept that with --ignore-plugins ${name}.${didYouMean(name, SERVED)}`;
}

/** What Kong allows at a plugin and what would change its meaning if it were passed over. */
export function noteUnserved({ path, value }: RawEntity, scope: PluginScope, context: LoadContext): void {
  if (value["condition"] != null && value["condition"] !== "") {
    context.error(
      [...path, "condition"],
      "restricts when a plugin runs and is not served: remove it, or give the plugin a route of its own.",
    );
  }
  const partials = value["partials"];
  if (partials != null && !(Array.isArray(partials) && partials.length === 0)) {
    context.error([...path, "partials"], "Partials are not served yet: write the partial's fields into the plugin's config.");
  }
  if (scope.consumer !== undefined || scope.consumer_group !== undefined) {
    context.warning(path, "A consumer is known only after an authentication plugin, and none is served: this plugin will not run.");
  }
}

/** An id in UUID form that stays the same as long as name and scope do, which are unique in a file. */
function derivedId(name: string, scope: PluginScope): string {
  const hex = createHash("sha256").update(scopeText(name, scope)).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
