import type { RouteEntity } from "../../../config/configuration";
import type { Clock } from "../../../runtime/clock";
import type { Balancer } from "../../../runtime/balancers/balancer";
import { noCredential } from "../../../runtime/credentials/static";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import type { AttemptEntry } from "../../../runtime/ledger/entry";
import { factsOf, type ServedPlugin, type TargetFacts } from "../../../runtime/metrics/facts";
import { GatewayMetrics, type GatewayMetricsOptions } from "../../../runtime/metrics/gateway-metrics";
import { atOnce } from "../../../runtime/steps";
import type { RouteAction } from "../../../runtime/snapshot/route-plan";
import type { GatewayStatus } from "../../../runtime/status";
import type { Breaker, BreakerPhase } from "../../../runtime/targets/breaker";
import { TargetState } from "../../../runtime/targets/state";

export const SERVED: GatewayStatus = { ready: true, draining: false, configuration: { state: "served", digest: "d" } };

/** A clock that stands still until a test moves it; no timers. */
export function stillClock(): Clock & { time: number } {
  return {
    time: 0,
    now() {
      return this.time;
    },
    date() {
      return Date.UTC(2026, 0, 1) + this.time;
    },
    start: () => ({ refresh: () => undefined }),
    cancel: () => undefined,
  };
}

export const route = (key: string): RouteEntity => ({
  key,
  protocols: ["http"],
  strip_path: true,
  preserve_host: false,
  regex_priority: 0,
});

/** A breaker that stays in a phase. */
const breaker = (phase: BreakerPhase = "closed"): Breaker =>
  ({
    phase: () => phase,
    opensAgainAt: (now: number) => now + (phase === "open" ? 5_000 : 0),
    failuresInWindow: () => 3,
  }) as unknown as Breaker;

type PlanParts = Partial<Omit<TargetPlan, "model">> & { readonly model?: unknown; readonly phase?: BreakerPhase };

/** A target with all that metrics read of it. */
export function plan({ phase, ...parts }: PlanParts = {}): TargetPlan {
  const { index = 0, model = "gpt-4o" } = parts;
  return {
    index,
    provider: { name: "openai" },
    model,
    label: `${index}:openai/${typeof model === "string" ? model : "(from request)"}`,
    alias: undefined,
    weight: 100,
    prices: undefined,
    credential: noCredential,
    state: new TargetState("0123456789abcdef", breaker(phase)),
    ...parts,
  } as unknown as TargetPlan;
}

export function attempt(parts: Partial<AttemptEntry> = {}): AttemptEntry {
  return {
    target: plan(),
    pluginId: "p",
    requestModel: "gpt-4o",
    responseModel: "gpt-4o-2024",
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    usageEstimated: false,
    stream: true,
    latencyMs: 900,
    firstTokenMs: undefined,
    outcome: "ok",
    status: 200,
    next: undefined,
    skippedEvents: 0,
    dropped: [],
    requestPayload: undefined,
    responsePayload: undefined,
    ...parts,
  } as AttemptEntry;
}

/** A plugin over targets, as the gateway serves it. */
export function served(targets: readonly TargetPlan[], parts: Partial<ServedPlugin> = {}): ServedPlugin {
  return {
    plugin: { scope: { route: "chat" }, config: { balancer: { algorithm: "round-robin" } } } as unknown as ServedPlugin["plugin"],
    routes: ["chat"],
    balancer: { figures: () => ({}) } as unknown as Balancer,
    targets,
    ...parts,
  };
}

/** Metrics on a clock of the test's; `serve` replaces what is served. */
export function metricsOf(options: Partial<GatewayMetricsOptions> = {}) {
  const clock = stillClock();
  let plugins: readonly ServedPlugin[] = [];
  const facts = (): TargetFacts[] => plugins.flatMap((plugin) => factsOf(plugin, clock.now()));
  const metrics = new GatewayMetrics({
    collect: facts,
    status: () => SERVED,
    requestsInFlight: () => 0,
    logLinesDropped: () => 0,
    clock,
    ...options,
  });
  const serve = (...next: ServedPlugin[]): void => {
    plugins = next;
    atOnce(metrics.retain(next.flatMap(actionsOf)));
  };
  return { metrics, clock, serve };
}

/** What a snapshot does for a plugin's routes, with all that metrics read of it. */
const actionsOf = ({ routes, plugin, targets }: ServedPlugin): RouteAction[] =>
  routes.map(
    (key) => ({ kind: "serve", plan: { route: route(key), plugin, groups: [{ candidates: { targets } }] } }) as unknown as RouteAction,
  );

/** A scrape, by series: `name{a="b"}` to its value. Only the gateway's own metrics. */
export async function scrape(metrics: { text(): Promise<string> }): Promise<Map<string, number>> {
  return parseText(await metrics.text(), "signalbox_");
}

/** Reads the text format; throws at a line that is none, and at a series that occurs twice. */
export function parseText(text: string, prefix = ""): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const parts = /^([a-z_0-9]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/i.exec(line);
    if (parts === null) throw new Error(`no line of the text format: ${line}`);
    if (series.has(parts[1]!)) throw new Error(`twice: ${parts[1]}`);
    if (parts[1]!.startsWith(prefix)) series.set(parts[1]!, Number(parts[2]));
  }
  return series;
}
