import type { AiPlugin } from "../../config/configuration";
import type { Balancer } from "../balancers/balancer";
import type { CredentialStatus } from "../credentials/fetched-token";
import type { TargetPlan } from "../targets/target-plan";
import type { BreakerPhase } from "../targets/breaker";
import { pluginLabel } from "../router/scope";
import { targetLabels, type TargetLabels } from "./labels";
import type { MetricValue } from "./series";
import type { TargetState } from "../targets/state";

/** What is to be told of one target at one moment. */
export interface TargetFacts {
  /** Label of its plugin. */
  readonly plugin: string;
  /** Keys of the plugin's routes. */
  readonly routes: readonly string[];
  /** `balancer.algorithm`. */
  readonly algorithm: string;
  readonly labels: TargetLabels;
  readonly alias: string | undefined;
  readonly weight: number;
  readonly phase: BreakerPhase;
  /** Failures that the circuit counts at this moment. */
  readonly failures: number;
  /** Until the next probe may go; 0 where one may or the circuit is closed. */
  readonly opensAgainInMs: number;
  /** For how long it asked to be left alone; 0 where it did not. */
  readonly restingMs: number;
  readonly inFlight: number;
  /** Calls that wait for a connection. */
  readonly queue: number;
  /** What the algorithm knows of it. */
  readonly figures: Readonly<Record<string, number>>;
  /** Of a credential that is fetched; undefined of any other. */
  readonly credential: CredentialStatus | undefined;
  /** Whom the facts are of. */
  readonly state: TargetState;
}

/** One plugin instance as it is served. */
export interface ServedPlugin {
  readonly plugin: AiPlugin;
  /** Keys of all routes that it serves. */
  readonly routes: readonly string[];
  readonly balancer: Balancer;
  readonly targets: readonly TargetPlan[];
}

/** The facts of a plugin's targets; `now` on the gateway's clock. */
export function factsOf(served: ServedPlugin, now: number): TargetFacts[] {
  const plugin = pluginLabel(served.plugin);
  return served.targets.map((target): TargetFacts => {
    const { state } = target;
    return {
      ...{ plugin, routes: served.routes, algorithm: served.plugin.config.balancer.algorithm },
      ...{ labels: targetLabels(target), alias: target.alias, weight: target.weight },
      phase: state.breaker.phase(now),
      failures: state.breaker.failuresInWindow(now),
      opensAgainInMs: Math.max(0, state.breaker.opensAgainAt(now) - now),
      restingMs: Math.max(0, state.restingUntil - now),
      inFlight: state.inFlight,
      queue: state.waiting,
      figures: served.balancer.figures(target),
      credential: target.credential.token?.status(),
      state,
    };
  });
}

const PHASES = ["closed", "half-open", "open"] as const satisfies readonly BreakerPhase[];

/** Metrics of the facts. */
export type FactMetric = "breakerState" | "resting" | "inFlight" | "queue" | "figures";

/** The metrics that are read off the facts. */
export const FACT_METRICS: Readonly<Record<FactMetric, (facts: TargetFacts) => MetricValue[]>> = {
  breakerState: (facts) => PHASES.map((phase) => ({ labels: { ...atPlugin(facts), phase }, value: facts.phase === phase ? 1 : 0 })),
  resting: (facts) => [{ labels: atPlugin(facts), value: facts.restingMs / 1000 }],
  inFlight: (facts) => [{ labels: atPlugin(facts), value: facts.inFlight }],
  queue: (facts) => [{ labels: atPlugin(facts), value: facts.queue }],
  figures: (facts) => Object.entries(facts.figures).map(([figure, value]) => ({ labels: { ...atPlugin(facts), figure }, value })),
};

/** Labels of a target that its plugin's routes share. */
const atPlugin = ({ plugin, labels }: TargetFacts): Readonly<Record<string, string>> => ({ plugin, ...labels });
