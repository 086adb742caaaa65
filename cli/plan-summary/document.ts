import { parse } from "yaml";
import { isHidden, isNothing, isRecord, list, member, merge, record, text, type Record_ } from "./values";

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
  const root = record(document);
  const others = new Map<string, unknown>();
  for (const [name, value] of Object.entries(root)) {
    if (name === "services") for (const service of list(value)) found.service(service);
    else if (name === "routes") for (const route of list(value)) found.route(route, undefined);
    else if (name === "plugins") for (const plugin of list(value)) found.plugin(plugin, {});
    else if (name === "consumers" || name === "consumer_groups") {
      for (const owner of list(value)) found.owner(name === "consumers" ? "consumer" : "consumer_group", owner);
      others.set(
        name,
        list(value).map((owner) => without(owner, "plugins")),
      );
    } else if (!name.startsWith("_")) others.set(name, value);
  }
  return { services: found.services, routes: found.routes, plugins: found.plugins, others };
}

type Scope = Readonly<Record<string, string | undefined>>;

class Collector {
  readonly routes: DocumentRoute[] = [];
  readonly plugins: DocumentPlugin[] = [];
  readonly services: DocumentService[] = [];

  service(service: unknown): void {
    const name = nameOf(service, "name");
    this.services.push({ name: name ?? "unnamed", value: without(service, "routes", "plugins") });
    for (const route of list(member(service, "routes"))) this.route(route, name);
    for (const plugin of list(member(service, "plugins"))) this.plugin(plugin, { service: name });
  }

  route(route: unknown, service: string | undefined): void {
    if (!isRecord(route)) return;
    const name = text(route["name"]) ?? text(list(route["paths"])[0]) ?? text(route["id"]) ?? "unnamed";
    this.routes.push({ name, value: { ...without(route, "plugins"), ...(service === undefined ? {} : { service }) } });
    for (const plugin of list(route["plugins"])) this.plugin(plugin, { route: name });
  }

  owner(kind: "consumer" | "consumer_group", owner: unknown): void {
    for (const plugin of list(member(owner, "plugins"))) this.plugin(plugin, { [kind]: nameOf(owner, "username", "name", "custom_id") });
  }

  plugin(plugin: unknown, above: Scope): void {
    const name = text(member(plugin, "name"));
    if (!isRecord(plugin) || name === undefined) return;
    const scope: Scope = {
      ...Object.fromEntries(["route", "service", "consumer", "consumer_group"].map((kind) => [kind, reference(plugin[kind])])),
      ...above,
    };
    const others = ["consumer", "consumer_group"].flatMap((kind) =>
      scope[kind] === undefined ? [] : `${kind.replace("_", " ")} ${scope[kind]}`,
    );
    const place = scope["route"] ?? (scope["service"] === undefined ? undefined : `service ${scope["service"]}`);
    this.plugins.push({
      name,
      scope: [place ?? (others.length === 0 ? "all routes" : undefined), ...others].filter((part) => part !== undefined).join(", "),
      ...(scope["route"] !== undefined && others.length === 0 ? { route: scope["route"] } : {}),
      enabled: plugin["enabled"],
      config: name === "ai-proxy" ? asAdvanced(plugin["config"]) : plugin["config"],
    });
  }
}

/** A reference to an entity: its name, or an object with its name or id. */
function reference(value: unknown): string | undefined {
  return text(value) ?? (isRecord(value) ? nameOf(value, "name", "username") : undefined);
}

function nameOf(entity: unknown, ...names: readonly string[]): string | undefined {
  return [...names, "id"].map((name) => text(member(entity, name))).find((name) => name !== undefined);
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
