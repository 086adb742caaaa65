import { Registry } from "prom-client";
import type { AiPlugin, RouteEntity } from "../../config/configuration";
import { systemClock, type Clock } from "../clock";
import type { TargetPlan } from "../targets/target-plan";
import type { AttemptEntry } from "../ledger/entry";
import type { Steps } from "../steps";
import type { RouteAction } from "../snapshot/route-plan";
import type { PluginStatus } from "../status";
import type { BreakerPhase } from "../targets/breaker";
import type { TargetState } from "../targets/state";
import { makeFamilies, type MetricSources } from "./collectors";
import type { TargetFacts } from "./facts";
import { pluginLabel } from "../router/scope";
import { targetLabels } from "./labels";
import { processRegistry } from "./process-metrics";
import { RouteSeries } from "./route-series";
import { register, type Count, type Labels, type MetricJson } from "./series";
import { SeriesStore } from "./store";
import { TargetSeries, type Tally } from "./target-series";
import { pluginStatuses } from "./target-status";

export interface GatewayMetricsOptions extends MetricSources {
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * The gateway's metrics (definitions.ts) on a registry of their own. What runs with requests finds its series by object identity and adds to a
 * number (0.1 µs per exchange); labels are put together once per route and target, and text at a scrape.
 */
export class GatewayMetrics {
  /** Of the text that `text()` gives. */
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly clock: Clock;
  private readonly registry = new Registry();
  private readonly routes: SeriesStore<RouteSeries>;
  private readonly targets: SeriesStore<TargetSeries>;
  private readonly circuits: SeriesStore<Readonly<Record<BreakerPhase, Count>>>;
  private readonly budgets: SeriesStore<Count>;
  /** Requests that no route matched. */
  private readonly unrouted: RouteSeries;
  private readonly refused: Count;
  private readonly byRoute = new WeakMap<RouteEntity, RouteSeries>();
  private readonly byPlan = new WeakMap<TargetPlan, Map<string, TargetSeries>>();
  private readonly tallies = new WeakMap<TargetState, Tally>();
  /** Of the scrape under way. */
  private facts: readonly TargetFacts[] = [];

  constructor(private readonly options: GatewayMetricsOptions) {
    const { counted, all } = makeFamilies(options, () => this.facts);
    for (const family of all) register(this.registry, family);
    this.clock = options.clock ?? systemClock;
    this.routes = new SeriesStore(this.clock, (group) => new RouteSeries(counted, group));
    this.targets = new SeriesStore(this.clock, (group) => new TargetSeries(counted, group));
    this.budgets = new SeriesStore(this.clock, (group) => group.count(counted.retryBudget));
    this.circuits = new SeriesStore(this.clock, (group) => {
      const to = (phase: BreakerPhase): Count => group.count(counted.breakerTransitions, { phase });
      return { closed: to("closed"), "half-open": to("half-open"), open: to("open") };
    });
    this.unrouted = this.routes.get({ route: "" });
    this.refused = counted.reloadsRefused.count({});
  }

  /** An exchange ended; `status` is what the client got, 499 where it went away first. Without a route it counts under `route=""`. */
  exchangeEnded({ route, status, milliseconds }: ExchangeEnd): void {
    (route === undefined ? this.unrouted : this.routeSeries(route)).ended(status, milliseconds);
  }

  /** An attempt ended and it is decided what follows (`entry.next`). Answers 401 and 403 and events left out are counted by this too. */
  attemptEnded(routeKey: string, entry: AttemptEntry): void {
    const { target } = entry;
    this.targetSeries(routeKey, target).ended(entry, this.tally(target.state), this.clock);
  }

  /** A target's circuit went into another phase. */
  breakerChanged(plugin: AiPlugin, target: TargetPlan, to: BreakerPhase): void {
    this.circuits.get({ plugin: pluginLabel(plugin), ...targetLabels(target) })[to].value++;
  }

  /** A target asked for rest. */
  rested(routeKey: string, target: TargetPlan): void {
    this.targetSeries(routeKey, target).rests.value++;
  }

  /** A repeat was not made, as the plugin's retry budget is used up. */
  retryBudgetExhausted(plugin: AiPlugin): void {
    this.budgets.get({ plugin: pluginLabel(plugin) }).value++;
  }

  /** A configuration was refused. */
  reloadRefused(): void {
    this.refused.value++;
  }

  /**
   * Tells what a new configuration does. Series of everything else are dropped five
   * minutes later, so that their last counts are scraped, or at once where more than 500 wait for that.
   */
  *retain(actions: Iterable<RouteAction>): Steps<void> {
    const routes: Labels[] = [{ route: "" }];
    const targets: Labels[] = [];
    const circuits: Labels[] = [];
    const budgets: Labels[] = [];
    for (const action of actions) {
      yield;
      const route = action.kind === "serve" ? action.plan.route.key : action.route.key;
      routes.push({ route });
      if (action.kind !== "serve") continue;
      const plugin = pluginLabel(action.plan.plugin);
      budgets.push({ plugin });
      for (const { candidates } of action.plan.groups) {
        for (const target of candidates.targets) {
          const labels = targetLabels(target);
          targets.push({ route, ...labels });
          circuits.push({ plugin, ...labels });
        }
      }
    }
    yield* this.routes.retain(routes);
    yield* this.targets.retain(targets);
    yield* this.circuits.retain(circuits);
    yield* this.budgets.retain(budgets);
  }

  /** All metrics in Prometheus' text format, those of the process included. */
  async text(): Promise<string> {
    this.beginScrape();
    return Registry.merge([this.registry, processRegistry()]).metrics();
  }

  /** All metrics as plain data, for the primary process; what is no number (an event loop that was not measured yet) is left out. */
  async json(): Promise<MetricJson[]> {
    this.beginScrape();
    const metrics = (await Registry.merge([this.registry, processRegistry()]).getMetricsAsJSON()) as unknown as MetricJson[];
    return metrics.map((metric) => ({ ...metric, values: metric.values.filter(({ value }) => Number.isFinite(value)) }));
  }

  /** What `/status` tells of the targets. */
  plugins(): PluginStatus[] {
    return pluginStatuses(this.options.collect(), (state) => this.tallies.get(state));
  }

  private beginScrape(): void {
    for (const store of [this.routes, this.targets, this.circuits, this.budgets]) store.sweep();
    this.facts = [...this.options.collect()];
  }

  private routeSeries(route: RouteEntity): RouteSeries {
    let series = this.byRoute.get(route);
    if (series === undefined) {
      series = this.routes.get({ route: route.key });
      this.byRoute.set(route, series);
    }
    return series;
  }

  private targetSeries(route: string, target: TargetPlan): TargetSeries {
    let routes = this.byPlan.get(target);
    if (routes === undefined) {
      routes = new Map();
      this.byPlan.set(target, routes);
    }
    let series = routes.get(route);
    if (series === undefined) {
      series = this.targets.get({ route, ...targetLabels(target) });
      routes.set(route, series);
    }
    return series;
  }

  private tally(state: TargetState): Tally {
    let tally = this.tallies.get(state);
    if (tally === undefined) {
      tally = { attempts: 0, failures: 0, lastError: undefined };
      this.tallies.set(state, tally);
    }
    return tally;
  }
}

/** How an exchange ended. */
export interface ExchangeEnd {
  /** Undefined where none matched. */
  readonly route: RouteEntity | undefined;
  readonly status: number;
  /** From the request's arrival to the end of its answer. */
  readonly milliseconds: number;
}
