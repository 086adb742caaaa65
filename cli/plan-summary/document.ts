import { parse } from "yaml";
import { isHidden, isNothing, isRecord, list, member, merge, record, text, type Record_, type SENSITIVE, type UNKNOWN } from "./values";

/** A route of a Kong document, its plugins apart. */
export interface DocumentRoute {
  /** What it is called, else its first path, else `unnamed`. */
  readonly name: string;
  readonly value: Record_;
}

/** A plugin of a Kong document, wherever in it it stood. */
export interface DocumentPlugin {
  readonly name: string;
  /** What it applies to, in words: `chat`, `service llm`, `all routes`, `chat, consumer bob`. */
  readonly scope: string;
  /** What it applies to cannot be seen, so that it may be any plugin of this name. */
  readonly isAstray: boolean;
  /** Name of the route that it stands on alone. */
  readonly route?: string;
  readonly enabled: unknown;
  /** As `ai-proxy-advanced` spells it, for both AI plugins. */
  readonly config: unknown;
}

/** A service of a Kong document without its routes and plugins. */
export interface DocumentService {
  readonly name: string;
  readonly value: Record_;
}

/** A Kong document, taken apart. */
export interface Document {
  readonly services: readonly DocumentService[];
  readonly routes: readonly DocumentRoute[];
  readonly plugins: readonly DocumentPlugin[];
  /** Members that are none of the above, by name: `consumers`, `upstreams`, … */
  readonly others: ReadonlyMap<string, unknown>;
  readonly gaps: Gaps;
}

type Hidden = typeof UNKNOWN | typeof SENSITIVE;

/** Where something stands in a document that cannot be seen: what is missing there may be there all the same. */
export interface Gaps {
  /** A list of routes, a route or a route's name. */
  readonly routes: Hidden | undefined;
  /** Plugins that could have any scope. */
  readonly plugins: Hidden | undefined;
  /** Scopes whose list of plugins, or a plugin of it, cannot be seen. */
  readonly scopes: ReadonlyMap<string, Hidden>;
}

/** Larger texts than this are no configuration. */
const LONGEST_TEXT = 5_000_000;

/** A Kong document from an output's value or an uploaded file: an object as it is, a text as JSON or YAML. Undefined where it is none. */
export function kongDocument(value: unknown): Record_ | undefined {
  const parsed = typeof value === "string" ? parseText(value) : value;
  if (!isRecord(parsed)) return undefined;
  const lists = ["services", "routes", "plugins"].filter(
    (name) => Object.hasOwn(parsed, name) && (Array.isArray(parsed[name]) || isHidden(parsed[name])),
  );
  return lists.length > 0 || typeof parsed["_format_version"] === "string" ? parsed : undefined;
}

function parseText(value: string): unknown {
  if (value.length > LONGEST_TEXT || !/services|routes|plugins|_format_version/.test(value)) return undefined;
  try {
    return merge(JSON.parse(value), false, false);
  } catch {
    try {
      return merge(parse(value, { maxAliasCount: 100, logLevel: "silent" }), false, false);
    } catch {
      return undefined;
    }
  }
}

/** Takes a document apart. Nothing in it is believed: what has another shape than Kong's is passed over. */
export function takeApart(document: unknown): Document {
  const found = new Collector();
  if (isHidden(document)) found.hideRoutes(document);
  const root = record(document);
  const others = new Map<string, unknown>();
  for (const [name, value] of Object.entries(root)) {
    if (name === "services") {
      if (isHidden(value)) found.hideRoutes(value);
      for (const service of list(value)) found.service(service);
    } else if (name === "routes") found.routesOf(value, undefined);
    else if (name === "plugins") found.pluginsOf(value, {});
    else if (name === "consumers" || name === "consumer_groups") {
      if (isHidden(value)) found.hidePlugins(value, {});
      for (const owner of list(value)) found.owner(name === "consumers" ? "consumer" : "consumer_group", owner);
      others.set(
        name,
        list(value).map((owner) => without(owner, "plugins")),
      );
    } else if (!name.startsWith("_")) others.set(name, value);
  }
  return { services: found.services, routes: found.routes, plugins: found.plugins, others, gaps: found.gaps };
}

type Scope = Readonly<Record<string, string | undefined>>;

class Collector {
  readonly gaps: { routes: Hidden | undefined; plugins: Hidden | undefined; readonly scopes: Map<string, Hidden> } = {
    routes: undefined,
    plugins: undefined,
    scopes: new Map(),
  };
  readonly routes: DocumentRoute[] = [];
  readonly plugins: DocumentPlugin[] = [];
  readonly services: DocumentService[] = [];

  hideRoutes(symbol: Hidden): void {
    this.gaps.routes ??= symbol;
    this.gaps.plugins ??= symbol;
  }

  hidePlugins(symbol: Hidden, above: Scope): void {
    const scope = scopeText(above);
    if (scope === undefined) this.gaps.plugins ??= symbol;
    else this.gaps.scopes.set(scope, symbol);
  }

  routesOf(routes: unknown, service: string | Hidden | undefined): void {
    if (isHidden(routes)) this.hideRoutes(routes);
    for (const route of list(routes)) this.route(route, service);
  }

  pluginsOf(plugins: unknown, above: Scope, owner?: Hidden): void {
    if (isHidden(plugins)) this.hidePlugins(plugins, above);
    for (const plugin of list(plugins)) this.plugin(plugin, above, owner);
  }

  service(service: unknown): void {
    if (isHidden(service)) this.hideRoutes(service);
    const name = nameOf(service, "name");
    this.services.push({ name: name ?? "unnamed", value: without(service, "routes", "plugins") });
    const unseen = unseenName(service, "name");
    this.routesOf(member(service, "routes"), unseen ?? name);
    this.pluginsOf(member(service, "plugins"), { service: name }, unseen);
  }

  route(route: unknown, service: string | Hidden | undefined): void {
    if (isHidden(route)) this.hideRoutes(route);
    if (!isRecord(route)) return;
    if (isHidden(route["name"])) this.hideRoutes(route["name"]);
    const name = text(route["name"]) ?? text(list(route["paths"])[0]) ?? text(route["id"]) ?? "unnamed";
    this.routes.push({ name, value: { ...without(route, "plugins"), ...(service === undefined ? {} : { service }) } });
    this.pluginsOf(route["plugins"], { route: name });
  }

  owner(kind: "consumer" | "consumer_group", owner: unknown): void {
    const above = { [kind]: nameOf(owner, "username", "name", "custom_id") };
    if (isHidden(owner)) this.hidePlugins(owner, {});
    this.pluginsOf(member(owner, "plugins"), above, unseenName(owner, "username", "name", "custom_id"));
  }

  /** @param owner stands for the name of what it is nested in, if that cannot be seen */
  plugin(plugin: unknown, above: Scope, owner?: Hidden): void {
    const name = text(member(plugin, "name"));
    const unseen = [plugin, member(plugin, "name")].find(isHidden);
    if (unseen !== undefined) this.hidePlugins(unseen, above);
    if (!isRecord(plugin) || name === undefined) return;
    const references = SCOPES.flatMap((kind) => [plugin[kind], unseenName(plugin[kind], "name", "username")]);
    const astray = [owner, ...references].find(isHidden);
    if (astray !== undefined) this.gaps.plugins ??= astray;
    const scope: Scope = {
      ...Object.fromEntries(SCOPES.map((kind) => [kind, reference(plugin[kind])])),
      ...above,
    };
    const alone = scope["consumer"] === undefined && scope["consumer_group"] === undefined;
    this.plugins.push({
      name,
      scope: scopeText(scope) ?? "all routes",
      isAstray: astray !== undefined,
      ...(scope["route"] !== undefined && alone ? { route: scope["route"] } : {}),
      enabled: plugin["enabled"],
      config: name === "ai-proxy" ? asAdvanced(plugin["config"]) : plugin["config"],
    });
  }
}

const SCOPES = ["route", "service", "consumer", "consumer_group"] as const;

/** A scope in words; undefined for all routes. */
function scopeText(scope: Scope): string | undefined {
  const others = ["consumer", "consumer_group"].flatMap((kind) =>
    scope[kind] === undefined ? [] : `${kind.replace("_", " ")} ${scope[kind]}`,
  );
  const place = scope["route"] ?? (scope["service"] === undefined ? undefined : `service ${scope["service"]}`);
  const parts = [place, ...others].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** A reference to an entity: its name, or an object with its name or id. */
function reference(value: unknown): string | undefined {
  return text(value) ?? (isRecord(value) ? nameOf(value, "name", "username") : undefined);
}

function nameOf(entity: unknown, ...names: readonly string[]): string | undefined {
  return [...names, "id"].map((name) => text(member(entity, name))).find((name) => name !== undefined);
}

/** The symbol in the place of a name, if the entity has no other that can be seen. */
function unseenName(entity: unknown, ...names: readonly string[]): Hidden | undefined {
  return nameOf(entity, ...names) === undefined ? [...names, "id"].map((name) => member(entity, name)).find(isHidden) : undefined;
}

function without(value: unknown, ...names: readonly string[]): Record_ {
  return Object.fromEntries(Object.entries(record(value)).filter(([name]) => !names.includes(name)));
}

function asAdvanced(config: unknown): unknown {
  if (!isRecord(config)) return config;
  const { auth, logging, model, route_type: routeType, ...common } = config;
  const target = Object.entries({ auth, logging, model, route_type: routeType }).filter(([, value]) => !isNothing(value));
  return { ...common, targets: [Object.fromEntries(target)] };
}
