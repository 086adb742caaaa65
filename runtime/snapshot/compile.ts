import type { AiPlugin, Configuration, FileLogPlugin, RouteEntity } from "../../config/configuration";
import { unserved } from "../../config/served";
import type { TargetConfig } from "../../config/types.generated";
import { balancers } from "../balancers";
import type { Surface } from "../interfaces";
import type { FileLog, FileLogs } from "../ledger/file-log";
import { providers } from "../providers";
import { Router } from "../router/router";
import { selectPlugins, servedRoutes } from "../router/scope";
import type { SecretStore } from "../secrets/store";
import { surfaces } from "../surfaces";
import { CandidateIndex } from "./candidates";
import type { RouteAction, RoutePlan, TargetGroup } from "./route-plan";
import type { TargetPlan } from "../interfaces";
import { compileTarget } from "./compile-target";

/** The immutable, compiled form of one configuration; a reload swaps the whole of it. */
export interface Snapshot {
  readonly router: Router;
  /** What each route does; every route that the router may give is in it. */
  readonly actions: ReadonlyMap<RouteEntity, RouteAction>;
}

/** What compilation needs from outside; all of it outlives the snapshot. */
export interface CompileContext {
  readonly secrets: SecretStore;
  readonly fileLogs: FileLogs;
}

/**
 * Compiles a checked configuration.
 * @throws GatewayError, ReferenceProblem where a target's address or credential cannot be used; nothing is applied then
 */
export function compileSnapshot(configuration: Configuration, context: CompileContext): Snapshot {
  const routes = servedRoutes(configuration);
  // a plugin of a service or of everything is compiled once, so that its balancer is one over all its routes
  const compiled = new Map<AiPlugin, Served | undefined>();
  const actions = new Map<RouteEntity, RouteAction>();
  for (const route of routes) {
    const { ai, fileLog } = selectPlugins(configuration, route);
    const log = logOf(fileLog, context);
    if (ai === undefined) {
      actions.set(route, { kind: "no-plugin", fileLog: log, route });
      continue;
    }
    const what = whatIsUnserved(ai);
    if (what !== undefined) {
      actions.set(route, { kind: "unserved", what, fileLog: log, route });
      continue;
    }
    let served = compiled.get(ai);
    if (served === undefined) {
      served = compilePlugin(ai, context);
      compiled.set(ai, served);
    }
    actions.set(route, { kind: "serve", plan: { ...served, route, fileLog: log } });
  }
  return { router: new Router(routes), actions };
}

type Served = Omit<RoutePlan, "route" | "fileLog">;

const logOf = (plugin: FileLogPlugin | undefined, context: CompileContext): FileLog | undefined =>
  plugin === undefined ? undefined : context.fileLogs.open(plugin.config.path);

function whatIsUnserved(plugin: AiPlugin): string | undefined {
  const gaps = unserved("ai-proxy-advanced", plugin.config, { defaultsApplied: true }).filter((gap) => gap.kind === "route");
  return gaps.length === 0 ? undefined : [...new Set(gaps.map((gap) => gap.what))].join(", ");
}

function compilePlugin(plugin: AiPlugin, context: CompileContext): Served {
  const { config } = plugin;
  const groups = new Map<Surface, TargetPlan[]>();
  config.targets.forEach((target, index) => {
    const { surface, plan } = compileOne(target, index, context);
    const group = groups.get(surface);
    if (group === undefined) groups.set(surface, [plan]);
    else group.push(plan);
  });
  const Algorithm = balancers.get(config.balancer.algorithm);
  if (Algorithm === undefined) throw new RangeError(`balancer.algorithm ${config.balancer.algorithm} has no implementation`);
  return {
    plugin,
    groups: [...groups].map(([surface, targets]): TargetGroup => ({ surface, candidates: new CandidateIndex(targets) })),
    balancer: new Algorithm(),
    maxBodyBytes: config.max_request_body_size > 0 ? config.max_request_body_size : Infinity,
    modelNameHeader: config.model_name_header,
    responseStreaming: config.response_streaming,
    readTimeoutMs: config.balancer.read_timeout,
    connectTimeoutMs: config.balancer.connect_timeout,
  };
}

function compileOne(target: TargetConfig, index: number, context: CompileContext): { surface: Surface; plan: TargetPlan } {
  const surface = surfaces.get(target.route_type);
  const provider = providers.get(target.model.provider);
  const dialect = surface && provider?.dialect(surface);
  if (surface === undefined || provider === undefined || dialect === undefined) {
    throw new RangeError(`provider ${target.model.provider} has no implementation of ${target.route_type}`);
  }
  return { surface, plan: compileTarget(index, target, { provider, dialect, surface, secrets: context.secrets }) };
}
