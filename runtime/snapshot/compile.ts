import type { AiPlugin, Configuration, FileLogPlugin, RouteEntity } from "../../config/configuration";
import { unserved } from "../../config/served";
import type { TargetConfig } from "../../config/types.generated";
import { Judge } from "../accuracy/judge";
import { algorithms, createBalancer } from "../balancers";
import type { Dispatcher } from "undici";
import type { Clock } from "../clock";
import { failoverPolicy } from "../failover/policy";
import type { Surface } from "../surfaces/surface";
import type { FileLog, FileLogs } from "../ledger/file-log";
import { providers } from "../providers";
import type { Provider, Service } from "../providers/provider";
import { Router } from "../router/router";
import { pluginLabel, PluginScopes, servedRoutes } from "../router/scope";
import type { CredentialRegistry } from "../credentials/registry";
import type { CredentialSource } from "../credentials/source";
import type { SharedStates, Sharing } from "../shared-state/registry";
import type { Steps } from "../steps";
import { surfaces } from "../surfaces";
import type { Breaker, BreakerPhase, BreakerSettings } from "../targets/breaker";
import { CircuitBreaker } from "../targets/circuit-breaker";
import { labelOf, nextTargetId, targetIds } from "../targets/identity";
import { RetryBudget, type RetryBudgetSettings } from "../targets/retry-budget";
import { TargetState } from "../targets/state";
import { CandidateIndex } from "./candidates";
import { PluginState } from "./plugin-state";
import type { RouteAction, RoutePlan, TargetGroup } from "./route-plan";
import type { TargetPlan } from "../targets/target-plan";
import { parseAllowedOrigin } from "../../config/allowed-origins";
import { credentialNames } from "../credentials/static";
import { compileTarget, type TargetLimits } from "./compile-target";
import { isConfigurationProblem, TargetProblem } from "./problem";

/** The immutable, compiled form of one configuration; a reload swaps the whole of it. */
export interface Snapshot {
  readonly router: Router;
  /** What each route does; every route that the router may give is in it. */
  readonly actions: ReadonlyMap<RouteEntity, RouteAction>;
  /** What each plugin has learnt, by the plugin's id. */
  readonly states: ReadonlyMap<string, PluginState>;
  /** All that its targets use. */
  readonly credentials: ReadonlySet<CredentialSource>;
  /**
   * Puts the settings of this snapshot into the states that it took over, and lets balancers make ready. Run once, from the moment at which it comes into
   * use; a state that waits for its turn has the settings of before.
   */
  activate(): Steps<void>;
}

/** What compilation needs from outside; all of it outlives the snapshot. */
export interface CompileContext {
  readonly credentials: CredentialRegistry;
  readonly fileLogs: FileLogs;
  readonly clock: Clock;
  /** Uniform in 0..1, 1 excluded. */
  readonly random: () => number;
  /** What plugins learnt under the configuration before. */
  readonly states: ReadonlyMap<string, PluginState>;
  readonly sharedStates: SharedStates;
  /** Connections to a judge. */
  dispatcher(target: TargetPlan, origin: string): Dispatcher;
  /** A target's circuit breaker changed. */
  readonly onBreaker: (plugin: AiPlugin, target: TargetPlan, from: BreakerPhase, to: BreakerPhase) => void;
  /** A plugin's balancer could not make ready. Must not throw. */
  readonly onUnprepared: (plugin: AiPlugin, error: unknown) => void;
}

/**
 * Compiles a checked configuration, in steps as short as a target.
 * @throws Error that `isConfigurationProblem` knows if an address, a credential, a route or a Redis cannot be used; nothing is applied then
 */
export function* compileSnapshot(configuration: Configuration, context: CompileContext): Steps<Snapshot> {
  const routes = servedRoutes(configuration);
  const scopes = new PluginScopes(configuration.plugins);
  // a plugin of a service or of everything is compiled once, so that its balancer is one over all its routes
  const compiled = new Map<AiPlugin, Served>();
  const takenOver: Served[] = [];
  const credentials = new Set<CredentialSource>();
  const actions = new Map<RouteEntity, RouteAction>();
  for (const route of routes) {
    yield;
    const { ai, fileLog } = scopes.select(route);
    const log = logOf(fileLog, context);
    if (ai === undefined) {
      actions.set(route, { kind: "no-plugin", fileLog: log, route });
      continue;
    }
    const what = yield* whatIsUnserved(ai);
    if (what !== undefined) {
      actions.set(route, { kind: "unserved", what, fileLog: log, route });
      continue;
    }
    let served = compiled.get(ai);
    if (served === undefined) {
      served = yield* compilePlugin(ai, credentials, context);
      compiled.set(ai, served);
      // What nobody uses yet need not wait.
      if (context.states.has(ai.id) || served.state.sharing !== undefined) takenOver.push(served);
      else activate(served, context);
    }
    actions.set(route, { kind: "serve", plan: { ...served, route, fileLog: log } });
  }
  const served = [...compiled.values()];
  return {
    router: yield* Router.compile(routes),
    actions,
    credentials,
    states: new Map(served.map(({ plugin, state }) => [plugin.id, state])),
    *activate() {
      for (const one of takenOver) {
        activate(one, context);
        yield;
      }
      for (const one of served) {
        if (one.state.balancer.prepare === undefined) continue;
        void prepare(one, context);
        yield;
      }
    },
  };
}

type Served = Omit<RoutePlan, "route" | "fileLog">;

const logOf = (plugin: FileLogPlugin | undefined, context: CompileContext): FileLog | undefined =>
  plugin === undefined ? undefined : context.fileLogs.open(plugin.config.path);

/** Targets of a plugin that are looked through in one step. */
const TARGETS_A_STEP = 100;

function* whatIsUnserved({ config }: AiPlugin): Steps<string | undefined> {
  const { targets } = config;
  const names = new Set<string>();
  for (let from = 0; from === 0 || from < targets.length; from += TARGETS_A_STEP) {
    // Everything but the targets is looked at once.
    const part = { ...(from === 0 ? config : undefined), targets: targets.slice(from, from + TARGETS_A_STEP) };
    for (const { kind, what } of unserved("ai-proxy-advanced", part, { defaultsApplied: true })) if (kind === "route") names.add(what);
    yield;
  }
  return names.size === 0 ? undefined : [...names].join(", ");
}

function breakerSettings({ balancer, extensions }: AiPlugin["config"]): BreakerSettings {
  return { maxFails: balancer.max_fails, failTimeout: balancer.fail_timeout, minFailureRatio: extensions.min_failure_ratio };
}

const budgetSettings = ({ extensions }: AiPlugin["config"]): RetryBudgetSettings => ({
  ratio: extensions.retry_budget.ratio,
  minRequestsPerMinute: extensions.retry_budget.min_requests_per_minute,
});

/**
 * The plugin's targets by surface, and its state: of what was known before all that concerns targets which are still there.
 * @param credentials takes what its targets and its judge use
 */
function* compilePlugin(plugin: AiPlugin, credentials: Set<CredentialSource>, context: CompileContext): Steps<Served> {
  const { config } = plugin;
  const { balancer, extensions } = config;
  const sharing = sharingOf(plugin, context);
  const known = context.states.get(plugin.id);
  // state that is shared elsewhere from now on begins anew, as it is not this process's alone
  const before = known?.sharing?.key === sharing?.key ? known : undefined;
  const settings = breakerSettings(config);
  const breaker = (id: string): Breaker => sharing?.plugin.breaker(id, settings) ?? new CircuitBreaker(settings);
  const judge = judgeOf(plugin, context);
  if (judge !== undefined) credentials.add(judge.credential);
  const idOf = nextTargetId();
  const states = new Map<string, TargetState>();
  const groups = new Map<Surface, TargetPlan[]>();
  const limits = targetLimits(config);
  for (const [index, target] of config.targets.entries()) {
    yield;
    const id = idOf(target);
    const state = before?.targets.get(id) ?? new TargetState(id, breaker(id));
    states.set(id, state);
    const { surface, plan } = compileOne(plugin, target, index, state, limits, context);
    credentials.add(plan.credential);
    const group = groups.get(surface);
    if (group === undefined) groups.set(surface, [plan]);
    else group.push(plan);
  }
  return {
    plugin,
    groups: [...groups].map(([surface, targets]): TargetGroup => ({
      surface,
      candidates: new CandidateIndex(targets),
      mayLack: targets.some(({ service }) => service.codec.mayLack),
    })),
    state: new PluginState(
      states,
      createBalancer(
        {
          settings: balancer,
          clock: context.clock,
          random: context.random,
          share: sharing?.plugin.usage(),
        },
        before?.balancer,
      ),
      before?.budget ?? new RetryBudget(budgetSettings(config)),
      judge,
      sharing,
    ),
    policy: failoverPolicy(config),
    limits: {
      connectMs: balancer.connect_timeout,
      writeMs: balancer.write_timeout,
      readMs: balancer.read_timeout,
      firstTokenMs: extensions.first_token_timeout,
    },
    pool: { connectTimeoutMs: balancer.connect_timeout, maxConnections: extensions.max_connections },
    maxQueue: extensions.max_queue,
    keepAliveMs: extensions.stream_keep_alive,
    maxBodyBytes: config.max_request_body_size > 0 ? config.max_request_body_size : Infinity,
    maxResponseBytes: extensions.max_response_size,
    modelNameHeader: config.model_name_header,
    responseStreaming: config.response_streaming,
  };
}

const targetLimits = ({ targets, extensions }: AiPlugin["config"]): TargetLimits => ({
  credentialNames: credentialNames(targets.map(({ auth }) => auth)),
  allowedOrigins: (extensions.allowed_origins ?? []).flatMap((text) => parseAllowedOrigin(text) ?? []),
});

function sharingOf({ id, config }: AiPlugin, { sharedStates }: CompileContext): Sharing | undefined {
  const redis = config.extensions.redis ?? config.vectordb?.redis;
  return config.extensions.shared_state === "redis" && redis !== undefined ? sharedStates.open(redis, id) : undefined;
}

/** The plugin's judge, where answers are balanced by their scores. */
function judgeOf(plugin: AiPlugin, context: CompileContext): Judge | undefined {
  const { config } = plugin;
  const judge = config.extensions.judge;
  if (judge === undefined || !countsAccuracy(config)) return undefined;
  // `check` warns of a target that is not served yet; answers go unjudged then
  if (serviceOf(judge.target) === undefined) return undefined;
  const [id = ""] = targetIds([judge.target]);
  const state = new TargetState(`judge ${id}`, new CircuitBreaker({ maxFails: 0, failTimeout: 1, minFailureRatio: undefined }));
  const { surface, plan: target } = compileOne(plugin, judge.target, -1, state, targetLimits(config), context);
  const settings = { target, surface, sample: judge.sample, maxTokensPerHour: judge.max_tokens_per_hour, timeoutMs: judge.timeout };
  return new Judge(settings, context);
}

/** Whether answers are to be scored. */
export const countsAccuracy = ({ balancer }: AiPlugin["config"]): boolean =>
  algorithms.get(balancer.algorithm)?.takesScores?.(balancer) ?? false;

function activate({ plugin, groups, state }: Served, { clock, onBreaker }: CompileContext): void {
  for (const { candidates } of groups) {
    for (const target of candidates.targets) {
      const { breaker } = target.state;
      breaker.settings = breakerSettings(plugin.config);
      breaker.onChange = (from, to) => {
        state.count(clock.now());
        onBreaker(plugin, target, from, to);
      };
    }
  }
  state.budget.settings = budgetSettings(plugin.config);
  state.sharing?.plugin.serve(state.targets);
  state.count(clock.now());
}

async function prepare({ plugin, groups, state }: Served, { onUnprepared }: CompileContext): Promise<void> {
  try {
    await state.balancer.prepare?.(groups.flatMap(({ candidates }) => candidates.targets));
  } catch (error) {
    onUnprepared(plugin, error);
  }
}

/** How a target is served; undefined if it is not. */
function serviceOf(target: TargetConfig): { surface: Surface; provider: Provider; service: Service } | undefined {
  const surface = surfaces.get(target.route_type);
  const provider = providers.get(target.model.provider);
  const service = surface && provider?.serve(surface, target);
  return surface === undefined || provider === undefined || service === undefined ? undefined : { surface, provider, service };
}

/** @throws TargetProblem if its address or its credentials cannot be used */
function compileOne(
  plugin: AiPlugin,
  target: TargetConfig,
  index: number,
  state: TargetState,
  limits: TargetLimits,
  context: CompileContext,
): { surface: Surface; plan: TargetPlan } {
  const served = serviceOf(target);
  if (served === undefined) throw new RangeError(`provider ${target.model.provider} has no implementation of ${target.route_type}`);
  const { surface, provider, service } = served;
  try {
    return { surface, plan: compileTarget(index, target, { provider, service, state, credentials: context.credentials, limits }) };
  } catch (error) {
    throw isConfigurationProblem(error) ? new TargetProblem(pluginLabel(plugin), labelOf(index, target), error) : error;
  }
}
