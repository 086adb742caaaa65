import type { PluginScope } from "../../config/configuration";
import { collectEntities, KINDS, type RawEntity } from "../../config/declarative/collect";
import { readDocument } from "../../config/declarative/document";
import { loadEntities, type LoadedEntities } from "../../config/declarative/entities";
import { readFields } from "../../config/declarative/fields";
import { noteUnserved, pluginFields, readScope } from "../../config/declarative/plugins";
import { checkTopLevel } from "../../config/declarative/top-level";
import { given, quoted } from "../../config/given";
import { hasErrors, type Path, type Problem } from "../../config/problem";
import type { AiPluginName } from "../../config/schema/plugins";
import { didYouMean } from "../../config/suggest";
import { PLUGIN_ATTRIBUTES, type PluginAttribute } from "../schema/configuration";
import { ROUTE_FIELDS } from "../schema/route";
import { readPluginConfig, withoutNulls } from "./kong-plugin";
import { isRecord, type PlainRecord } from "./plain";
import { UnresolvedContext } from "./route";

/** What a Kong file says: the members of a configuration, and the problems in the order of the text, with line and column. */
export interface KongContent {
  readonly problems: readonly Problem[];
  /** Only where no problem is an error. */
  readonly value?: Readonly<Record<PluginAttribute, readonly PlainRecord[]>>;
}

const ATTRIBUTES = new Map(Object.entries(PLUGIN_ATTRIBUTES).map(([attribute, plugin]) => [plugin, attribute as PluginAttribute]));

/** A plugin and where its routes come from. */
interface Found {
  readonly plugin: AiPluginName;
  readonly scope: PluginScope;
  readonly config: PlainRecord;
}

/** Reads a Kong declarative file, one plugin or one plugin's `config`, as YAML or JSON. Resolves nothing and adds no default. Never throws. */
export function readKong(text: string): KongContent {
  const document = readDocument(text);
  if (hasErrors(document.problems)) return { problems: document.problems };
  const context = new UnresolvedContext();
  const root = document.value;
  const isFile = isRecord(root) && ["_format_version", ...KINDS].some((key) => Object.hasOwn(root, key));
  const value = isFile ? readFile(root, context) : readSinglePlugin(root, context);
  const problems = context.problems
    .map((problem) => ({ ...problem, ...document.locate(problem.path) }))
    .sort((left, right) => left.line - right.line || left.column - right.column);
  return hasErrors(problems) ? { problems } : { problems, value };
}

function collect(elements: readonly (readonly [AiPluginName, PlainRecord])[]): Readonly<Record<PluginAttribute, readonly PlainRecord[]>> {
  const of = (attribute: PluginAttribute): readonly PlainRecord[] =>
    elements.filter(([plugin]) => ATTRIBUTES.get(plugin) === attribute).map(([, element]) => element);
  return { ai_proxy_advanced: of("ai_proxy_advanced"), ai_proxy: of("ai_proxy") };
}

function isPlugin(name: unknown): name is AiPluginName {
  return ATTRIBUTES.has(name as AiPluginName);
}

function refuse(name: unknown, path: Path, context: UnresolvedContext): void {
  const names = [...ATTRIBUTES.keys()];
  const suggestion = typeof name === "string" ? didYouMean(name, names) : "";
  context.error(path, `The data source has ${quoted(names)}, but ${given(name)} was given.${suggestion}`);
}

function readSinglePlugin(root: unknown, context: UnresolvedContext) {
  if (!isRecord(root)) {
    context.error([], `The text must be a Kong file, a plugin or a plugin's config, but ${given(root)} was given.`);
    return collect([]);
  }
  const isWhole = typeof root["name"] === "string" && Object.hasOwn(root, "config");
  const plugin = isWhole ? root["name"] : Object.hasOwn(root, "targets") ? "ai-proxy-advanced" : "ai-proxy";
  if (!isPlugin(plugin)) {
    refuse(plugin, ["name"], context);
    return collect([]);
  }
  if (isWhole) readFields(root, [], pluginFields, context);
  const config = readPluginConfig(plugin, isWhole ? root["config"] : root, { path: isWhole ? ["config"] : [], context });
  return collect([[plugin, config]]);
}

function readFile(root: PlainRecord, context: UnresolvedContext) {
  if (!checkTopLevel(root, context)) return collect([]);
  const raw = collectEntities(root, context);
  const entities = loadEntities(raw, context);
  const plugins = raw.plugins.flatMap((entity) => readPlugin(entity, entities, context));
  const routes = raw.routes.filter((entity) => isServed(entity, entities));
  if (raw.routes.length === 0) return collect(plugins.map(({ plugin, config }) => [plugin, config]));
  const elements = routes.flatMap((entity) => {
    const key = entities.routes.index.keyOf(entity);
    const service = entities.routes.list.find((route) => route.key === key)?.service;
    const applied = [...ATTRIBUTES.keys()].flatMap((plugin) => mostSpecific(plugins, plugin, key, service));
    if (applied.length === 0) return [];
    const route = readRoute(entity, context);
    return applied.map(({ plugin, config }) => [plugin, { route, ...config }] as const);
  });
  return collect(elements);
}

function isServed(entity: RawEntity, { routes, services }: LoadedEntities): boolean {
  const key = routes.index.keyOf(entity);
  const service = routes.list.find((route) => route.key === key)?.service;
  return services.list.find((one) => one.key === service)?.enabled !== false;
}

function readPlugin(entity: RawEntity, entities: LoadedEntities, context: UnresolvedContext): readonly Found[] {
  const { value, path } = entity;
  const fields = readFields(value, path, pluginFields, context);
  const scope = readScope(entity, entities, context);
  if (fields.enabled === false) return [];
  if (!isPlugin(fields.name)) {
    refuse(value["name"], [...path, "name"], context);
    return [];
  }
  if (scope.consumer !== undefined || scope.consumer_group !== undefined) {
    context.error(path, "A plugin of a consumer or of a consumer group cannot be said in the data source: it has plugins of routes.");
    return [];
  }
  noteUnserved(entity, scope, context);
  const route = entities.routes.list.find(({ key }) => key === scope.route);
  const protocols = route === undefined ? {} : { protocols: route.protocols };
  return [
    {
      plugin: fields.name,
      scope,
      config: readPluginConfig(fields.name, value["config"], { path: [...path, "config"], context, ...protocols }),
    },
  ];
}

/** Of a plugin that stands in several scopes Kong runs the most specific one: route and service, route, service, everywhere. */
function mostSpecific(plugins: readonly Found[], name: AiPluginName, route: string | undefined, service: string | undefined) {
  const weight = ({ scope }: Found): number => (scope.route === undefined ? 0 : 2) + (scope.service === undefined ? 0 : 1);
  const candidates = plugins.filter(
    ({ plugin, scope }) =>
      plugin === name && (scope.route === undefined || scope.route === route) && (scope.service === undefined || scope.service === service),
  );
  return [...candidates].sort((left, right) => weight(right) - weight(left)).slice(0, 1);
}

/** The fields that the gateway reads; Kong's others say nothing to it. */
function readRoute({ value, path }: RawEntity, context: UnresolvedContext): PlainRecord {
  const route = withoutNulls(Object.fromEntries(Object.entries(value).filter(([name]) => ROUTE_FIELDS.includes(name))));
  if (!isRecord(route) || route["name"] === undefined)
    context.error(path, "A route must have a name here, which Terraform's plans show. Give it one.");
  return isRecord(route) ? route : {};
}
