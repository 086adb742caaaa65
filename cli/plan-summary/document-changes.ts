import { formatPath } from "../../config/problem";
import { takeApart, type Document, type DocumentPlugin, type DocumentRoute, type Gaps } from "./document";
import { algorithmEffect, settingEffect, shareList } from "./effects";
import { fieldChanges } from "./fields";
import { match } from "./match";
import type { Redactor } from "./redactor";
import type { Rows } from "./rows";
import { algorithmOf } from "./shares";
import { targetChanges } from "./target-changes";
import { canonical, isHidden, list, member, record, SENSITIVE, type Record_ } from "./values";

const AI_PLUGINS: ReadonlySet<string> = new Set(["ai-proxy", "ai-proxy-advanced"]);
/** Values of a route's members that are told; of others (headers hold keys now and then) only that they changed. */
const ROUTE_VALUES: ReadonlySet<string> = new Set([
  "paths",
  "methods",
  "hosts",
  "protocols",
  "strip_path",
  "preserve_host",
  "regex_priority",
  "service",
]);

/** Whether the gateway balances by this plugin. */
export function isAiPlugin({ name }: DocumentPlugin): boolean {
  return AI_PLUGINS.has(name);
}

/** Tells what changed between two Kong documents; an absent one is an empty one. */
export function documentChanges(before: unknown, after: unknown, redactor: Redactor, rows: Rows): void {
  const [old, now] = [takeApart(before), takeApart(after)];
  const { lone, formerNames } = tellRoutes(old, now, redactor, rows);
  tellPlugins(old, { ...now, plugins: now.plugins.map((plugin) => underFormerName(plugin, formerNames)) }, lone, redactor, rows);
  for (const { before: was, after: is } of match(old.services, now.services, [({ name }) => name])) {
    if (was !== undefined && is !== undefined && canonical(was.value) !== canonical(is.value)) {
      rows.add(() => ({ route: `service ${redactor.show(is.name, 60)}`, subject: "other", change: "service changed", effect: "" }));
    }
  }
  for (const name of new Set([...old.others.keys(), ...now.others.keys()])) {
    if (canonical(old.others.get(name)) !== canonical(now.others.get(name))) {
      rows.add(() => ({ route: "other", subject: "other", change: `${redactor.show(name, 40)} changed`, effect: "" }));
    }
  }
}

const isNameless = ({ value }: DocumentRoute): boolean => isHidden(value["name"]);
const criteria = ({ value }: DocumentRoute): string => canonical(["paths", "hosts", "methods", "headers"].map((name) => value[name]));

interface ToldRoutes {
  /** Names of routes that are there on one side only. */
  readonly lone: ReadonlySet<string>;
  /** Names that routes had before which have a name now that cannot be seen, by what they are called here. */
  readonly formerNames: ReadonlyMap<string, string>;
}

function tellRoutes(old: Document, now: Document, redactor: Redactor, rows: Rows): ToldRoutes {
  const lone = new Set<string>();
  const formerNames = new Map<string, string>();
  const isUnsure = [...old.routes, ...now.routes].some(isNameless);
  for (const { before, after } of match(old.routes, now.routes, [
    (route) => (isNameless(route) ? undefined : canonical([route.name, route.value["service"] ?? null])),
    (route) => (isNameless(route) ? undefined : route.name),
    (route) => (isUnsure ? criteria(route) : undefined),
  ])) {
    if (before !== undefined && after !== undefined) {
      if (isNameless(after)) formerNames.set(after.name, before.name);
      routeChanges(before, after, redactor, rows);
    } else if (after !== undefined) {
      lone.add(after.name);
      // what cannot be seen of the other side may be this very route
      if (old.gaps.routes === undefined && !isNameless(after)) rows.add(() => wholeRoute(after, now, "added", redactor));
    } else if (before !== undefined) {
      lone.add(before.name);
      if (now.gaps.routes === undefined) rows.add(() => wholeRoute(before, old, "removed", redactor));
    }
  }
  const gap = now.gaps.routes ?? old.gaps.routes;
  if (gap !== undefined && gap !== SENSITIVE)
    rows.add(() => ({ route: "other", subject: "route", change: `routes ${redactor.show(gap)}`, effect: "" }));
  return { lone, formerNames };
}

function underFormerName(plugin: DocumentPlugin, formerNames: ReadonlyMap<string, string>): DocumentPlugin {
  const former = plugin.route === undefined ? undefined : formerNames.get(plugin.route);
  return former === undefined ? plugin : { ...plugin, route: former, scope: former };
}

function tellPlugins(old: Document, now: Document, lone: ReadonlySet<string>, redactor: Redactor, rows: Rows): void {
  const family = (plugin: DocumentPlugin): string => (isAiPlugin(plugin) ? "ai" : plugin.name);
  const pairs = match(old.plugins, now.plugins, [
    (plugin) => canonical([plugin.scope, plugin.name, plugin.config]),
    (plugin) => canonical([plugin.scope, plugin.name]),
    (plugin) => canonical([plugin.scope, family(plugin)]),
  ]);
  for (const { before, after } of pairs) {
    const route = (after ?? before)?.route;
    const toldWithRoute = route !== undefined && lone.has(route);
    if (before !== undefined && after !== undefined) pluginChanges(before, after, redactor, rows);
    else if (!toldWithRoute && after?.isAstray !== true && !isGap((before === undefined ? old : now).gaps, (before ?? after)?.scope ?? ""))
      wholePlugin(before, after, redactor, rows);
  }
  for (const [scope, gap] of now.gaps.scopes) {
    if (gap === SENSITIVE) continue;
    const route = redactor.show(scope, 60);
    rows.add(() => ({ route, subject: "plugin", change: `plugins ${redactor.show(gap)}`, effect: "" }));
  }
  const { plugins } = now.gaps;
  if (plugins !== undefined && plugins !== SENSITIVE && now.gaps.routes === undefined)
    rows.add(() => ({ route: "other", subject: "plugin", change: `plugins ${redactor.show(plugins)}`, effect: "" }));
}

/** Whether a plugin of this scope may be there without being seen. */
function isGap({ plugins, scopes }: Gaps, scope: string): boolean {
  return plugins !== undefined || scopes.has(scope);
}

function wholeRoute({ name, value }: DocumentRoute, { plugins }: Document, what: "added" | "removed", redactor: Redactor) {
  const label = redactor.show(name, 60);
  const paths = list(value["paths"]);
  const where = paths.length === 0 ? "" : `: ${redactor.show(paths)}`;
  const ai = plugins.find((plugin) => isAiPlugin(plugin) && plugin.route === name);
  const effect =
    what === "removed"
      ? "requests to it are answered with 404 unless another route takes them"
      : ai === undefined
        ? "no AI plugin stands on it"
        : describeBalancing(ai.config, redactor);
  return { route: label, subject: "route", change: `route ${what}${where}`, effect } as const;
}

function describeBalancing(config: unknown, redactor: Redactor): string {
  const algorithm = algorithmOf(config);
  const targets = list(member(config, "targets"));
  return `${algorithm === undefined ? "" : `${redactor.show(algorithm, 40)}: `}${shareList(algorithm, targets, redactor)}`;
}

/** What Kong takes where a route says nothing. */
const ROUTE_DEFAULTS: Record_ = { strip_path: true, preserve_host: false, regex_priority: 0, protocols: ["http", "https"] };

function routeChanges(before: DocumentRoute, after: DocumentRoute, redactor: Redactor, rows: Rows): void {
  const route = redactor.show(after.name, 60);
  const [old, now]: readonly [Record_, Record_] = [before.value, after.value];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [was, is] = [old, now].map((side) => member(side, name) ?? member(ROUTE_DEFAULTS, name));
    if (canonical(was) === canonical(is)) continue;
    const label = redactor.show(name, 40);
    if (name === "name" && isHidden(is))
      rows.add(() => ({ route, subject: "route", field: label, change: `${label} ${redactor.show(is)}`, effect: "" }));
    else if (!ROUTE_VALUES.has(name)) rows.add(() => ({ route, subject: "route", field: label, change: `${label} changed`, effect: "" }));
    else {
      const [from, to] = [redactor.show(was), redactor.show(is)];
      const gone =
        name === "paths" && !isHidden(is) && !list(is).some(isHidden) ? list(was).filter((path) => !list(is).includes(path)) : [];
      const effect = gone.length === 0 ? "" : `${redactor.show(gone)} is answered with 404 unless another route takes it`;
      rows.add(() => ({ route, subject: "route", field: label, before: from, after: to, change: `${label} ${from} → ${to}`, effect }));
    }
  }
}

function wholePlugin(before: DocumentPlugin | undefined, after: DocumentPlugin | undefined, redactor: Redactor, rows: Rows): void {
  const plugin = after ?? before;
  if (plugin === undefined) return;
  const [route, name] = [redactor.show(plugin.scope, 60), redactor.show(plugin.name, 40)];
  const ai = after === undefined ? "requests to it are no longer sent to a model" : describeBalancing(after.config, redactor);
  const change = `plugin ${name} ${after === undefined ? "removed" : "added"}`;
  rows.add(() => ({ route, subject: "plugin", change, effect: isAiPlugin(plugin) ? ai : "" }));
}

function pluginChanges(before: DocumentPlugin, after: DocumentPlugin, redactor: Redactor, rows: Rows): void {
  const [route, name] = [redactor.show(after.scope, 60), redactor.show(after.name, 40)];
  if (before.name !== after.name) {
    rows.add(() => ({ route, subject: "plugin", change: `plugin ${redactor.show(before.name, 40)} → ${name}`, effect: "" }));
  }
  if ((before.enabled !== false) !== (after.enabled !== false) || isHidden(after.enabled)) {
    const state = isHidden(after.enabled) ? redactor.show(after.enabled) : after.enabled === false ? "switched off" : "switched on";
    rows.add(() => ({ route, subject: "plugin", field: "enabled", change: `plugin ${name} ${state}`, effect: "" }));
  }
  if (canonical(before.config) === canonical(after.config) && !isHidden(after.config)) return;
  if (isHidden(after.config) || isHidden(before.config)) {
    rows.add(() => ({ route, subject: "plugin", change: `plugin ${name}: config ${redactor.show(after.config)}`, effect: "" }));
  } else if (isAiPlugin(after)) aiChanges(route, before.config, after.config, redactor, rows);
  // its fields are not known here, and may be anything
  else rows.add(() => ({ route, subject: "plugin", change: `plugin ${name}: config changed`, effect: "" }));
}

function aiChanges(route: string, before: unknown, after: unknown, redactor: Redactor, rows: Rows): void {
  const members = (config: unknown): Record_ => ({ ...record(config), targets: undefined });
  const settings = fieldChanges(members(before), members(after), [], redactor);
  const isAlgorithm = ({ path }: { readonly path: readonly unknown[] }): boolean => path.join(".") === "balancer.algorithm";
  const tell = (field: (typeof settings)[number], effect: string): void => {
    rows.add(() => ({
      ...{ route, subject: "setting", field: formatPath(field.path), before: field.before, after: field.after },
      ...{ change: `${field.label} ${field.values}`, effect },
    }));
  };
  for (const field of settings.filter(isAlgorithm))
    tell(field, algorithmEffect(algorithmOf(after), list(member(after, "targets")), redactor));
  targetChanges(route, before, after, redactor, rows);
  for (const field of settings) if (!isAlgorithm(field)) tell(field, settingEffect(field));
}
