import type { SharedStatesStatus } from "../shared-state/registry";
import type { GatewayStatus } from "../status";
import { METRICS } from "./definitions";
import { FACT_METRICS, type FactMetric, type TargetFacts } from "./facts";
import { CollectedFamily, CountedFamily, type MetricValue } from "./series";

/** Where values come from that are asked for at a scrape. */
export interface MetricSources {
  /** What is known of every target that is served now. */
  readonly collect: () => Iterable<TargetFacts>;
  readonly status: () => GatewayStatus;
  /** Requests under way. */
  readonly requestsInFlight: () => number;
  /** Log lines given up since the start. */
  readonly logLinesDropped: () => number;
  /** The connections that state is shared over. Default: no state is shared. */
  readonly sharedState?: (() => SharedStatesStatus | undefined) | undefined;
}

type MetricName = keyof typeof METRICS;

/** Metrics whose values are asked for at a scrape. */
type CollectedMetric =
  | FactMetric
  | "requestsInFlight"
  | "ready"
  | "configurationState"
  | "sharedStateUp"
  | "sharedStateErrors"
  | "sharedStateDropped"
  | "logLinesDropped";

/** Metrics that are counted while requests run. `workers` is the primary process's alone. */
export type CountedMetric = Exclude<MetricName, CollectedMetric | "workers">;

/** The families of the metrics that are counted. */
export type Families = Readonly<Record<CountedMetric, CountedFamily>>;

const STATES = ["none", "served", "refused"] as const satisfies readonly GatewayStatus["configuration"]["state"][];

/** All families in the order of the table; `facts` gives those of the scrape under way. */
export function makeFamilies(
  sources: MetricSources,
  facts: () => readonly TargetFacts[],
): { readonly counted: Families; readonly all: readonly (CountedFamily | CollectedFamily)[] } {
  const collectors = collectorsOf(sources, facts);
  const counted: [string, CountedFamily][] = [];
  const all: (CountedFamily | CollectedFamily)[] = [];
  for (const [name, definition] of Object.entries(METRICS)) {
    if (definition === METRICS.workers) continue;
    const collect = collectors.get(name);
    if (collect !== undefined) all.push(new CollectedFamily(definition, collect));
    else {
      const family = new CountedFamily(definition);
      counted.push([name, family]);
      all.push(family);
    }
  }
  return { counted: Object.fromEntries(counted) as Families, all };
}

function collectorsOf(sources: MetricSources, facts: () => readonly TargetFacts[]): ReadonlyMap<string, () => Iterable<MetricValue>> {
  const one = (value: number): MetricValue[] => [{ labels: {}, value }];
  const sharedState = (read: (state: SharedStatesStatus) => number) => (): MetricValue[] => {
    const state = sources.sharedState?.();
    return state === undefined ? [] : one(read(state));
  };
  const others: Record<Exclude<CollectedMetric, FactMetric>, () => Iterable<MetricValue>> = {
    requestsInFlight: () => one(sources.requestsInFlight()),
    ready: () => one(sources.status().ready ? 1 : 0),
    configurationState: () => {
      const { state } = sources.status().configuration;
      return STATES.map((each) => ({ labels: { state: each }, value: each === state ? 1 : 0 }));
    },
    sharedStateUp: sharedState(({ up }) => (up ? 1 : 0)),
    sharedStateErrors: sharedState(({ errors }) => errors),
    sharedStateDropped: sharedState(({ dropped }) => dropped),
    logLinesDropped: () => one(sources.logLinesDropped()),
  };
  const ofFacts = Object.entries(FACT_METRICS).map(([name, read]) => [name, () => facts().flatMap(read)] as const);
  return new Map([...Object.entries(others), ...ofFacts]);
}
