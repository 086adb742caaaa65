import { METRICS, type MetricDefinition } from "../definitions";

/** A query and how its lines are called; `{{label}}` is replaced by Grafana. */
interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  readonly description?: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  readonly type?: "timeseries" | "state-timeline" | "stat";
  readonly stacked?: boolean;
  readonly queries: readonly Query[];
  /** In Grafana's grid of 24 columns. */
  readonly width: number;
}

/** The window of rates: Grafana's own, which fits the scrape interval. */
const WINDOW = "[$__rate_interval]";

const AT_ROUTE = 'route=~"$route"';

const rate = ({ name }: MetricDefinition, matchers = ""): string => `rate(${name}{${matchers}}${WINDOW})`;

const quantile = (q: number, { name }: MetricDefinition, by: string, matchers = AT_ROUTE): string =>
  `histogram_quantile(${q}, sum by (${by}) (rate(${name}_bucket{${matchers}}${WINDOW})))`;

/** Three quantiles; of requests only those that were answered well, as a fast refusal is no fast answer. */
const quantiles = (metric: MetricDefinition, matchers: string): Query[] =>
  [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, metric, "le", matchers), legend: `p${q * 100}` }));

/** 0 closed, 1 half-open, 2 and 3 open: with workers, the worst of theirs. */
function circuit(): string {
  const inPhase = (phase: string): string => `(max by (plugin, target) (${METRICS.breakerState.name}{phase="${phase}"}) > bool 0)`;
  return `2 * ${inPhase("open")} + ${inPhase("half-open")}`;
}

const PANELS: readonly (readonly Panel[])[] = [
  [
    {
      ...{ title: "Requests by status", unit: "reqps", width: 12, stacked: true },
      queries: [{ expr: `sum by (status) (${rate(METRICS.requests, AT_ROUTE)})`, legend: "{{status}}" }],
    },
    {
      title: "Latency of answers (2xx)",
      unit: "s",
      width: 12,
      queries: quantiles(METRICS.requestDuration, `${AT_ROUTE}, status_class="2xx"`),
    },
  ],
  [
    {
      ...{ title: "Time to first token, p95", unit: "s", width: 12 },
      queries: [{ expr: quantile(0.95, METRICS.firstToken, "le, target"), legend: "{{target}}" }],
    },
    {
      ...{ title: "Duration of calls that ended ok, p95", unit: "s", width: 12 },
      queries: [{ expr: quantile(0.95, METRICS.attemptDuration, "le, target"), legend: "{{target}}" }],
    },
  ],
  [
    {
      ...{ title: "Calls by target and outcome", unit: "reqps", width: 12, stacked: true },
      queries: [{ expr: `sum by (target, outcome) (${rate(METRICS.attempts, AT_ROUTE)})`, legend: "{{target}} {{outcome}}" }],
    },
    {
      ...{ title: "Failovers and rests", unit: "reqps", width: 12 },
      queries: [
        { expr: `sum by (target, next) (${rate(METRICS.failovers, AT_ROUTE)})`, legend: "{{target}} to {{next}}" },
        { expr: `sum by (target) (${rate(METRICS.rests, AT_ROUTE)})`, legend: "{{target}} asked for rest" },
        { expr: `sum by (plugin) (${rate(METRICS.retryBudget)})`, legend: "{{plugin}}: retry budget used up" },
        { expr: `sum by (target) (${rate(METRICS.authRefused, AT_ROUTE)})`, legend: "{{target}} refused the credentials" },
      ],
    },
  ],
  [
    {
      ...{ title: "Circuit breakers", unit: "none", width: 16, type: "state-timeline" },
      description: "With workers: the worst of theirs.",
      queries: [{ expr: circuit(), legend: "{{plugin}} {{target}}" }],
    },
    {
      ...{ title: "Resting targets", unit: "s", width: 8 },
      description: "How long each target is still left alone, as it asked to be.",
      queries: [{ expr: `max by (plugin, target) (${METRICS.resting.name}) > 0`, legend: "{{plugin}} {{target}}" }],
    },
  ],
  [
    {
      ...{ title: "Calls in flight", unit: "short", width: 12 },
      queries: [{ expr: `sum by (plugin, target) (${METRICS.inFlight.name})`, legend: "{{plugin}} {{target}}" }],
    },
    {
      ...{ title: "Calls that wait for a connection", unit: "short", width: 12 },
      queries: [{ expr: `sum by (plugin, target) (${METRICS.queue.name})`, legend: "{{plugin}} {{target}}" }],
    },
  ],
  [
    {
      ...{ title: "Tokens per second by model", unit: "short", width: 12, stacked: true },
      queries: [{ expr: `sum by (provider, model, kind) (${rate(METRICS.tokens, AT_ROUTE)})`, legend: "{{provider}}/{{model}} {{kind}}" }],
    },
    {
      ...{ title: "Cost per hour by model", unit: "short", width: 12, stacked: true },
      description: "In the currency of input_cost and output_cost.",
      queries: [{ expr: `3600 * sum by (provider, model) (${rate(METRICS.cost, AT_ROUTE)})`, legend: "{{provider}}/{{model}}" }],
    },
  ],
  [
    {
      ...{ title: "Configuration refused", unit: "short", width: 6, type: "stat" },
      description: "Processes whose newest configuration cannot be used; they serve an older one.",
      queries: [{ expr: `sum(${METRICS.configurationState.name}{state="refused"})`, legend: "refused" }],
    },
    {
      ...{ title: "Lost or left out", unit: "short", width: 6 },
      queries: [
        { expr: `sum(${rate(METRICS.logLinesDropped)})`, legend: "log lines dropped" },
        { expr: `sum(${rate(METRICS.skippedEvents)})`, legend: "stream events skipped" },
        { expr: `sum(${rate(METRICS.droppedMembers)})`, legend: "request members without effect" },
        { expr: `sum(${rate(METRICS.sharedStateErrors)})`, legend: "errors of shared state" },
        { expr: `sum(${rate(METRICS.sharedStateDropped)})`, legend: "not shared" },
        { expr: `sum(${METRICS.workers.name}{answered="false"})`, legend: "workers missing" },
      ],
    },
    {
      ...{ title: "Event loop lag", unit: "s", width: 6 },
      queries: [
        { expr: "max(nodejs_eventloop_lag_p99_seconds)", legend: "p99" },
        { expr: "max(nodejs_eventloop_lag_max_seconds)", legend: "max" },
      ],
    },
    {
      ...{ title: "Memory", unit: "bytes", width: 6 },
      queries: [
        { expr: "sum(nodejs_heap_size_used_bytes)", legend: "heap used" },
        { expr: "sum(process_resident_memory_bytes)", legend: "resident" },
      ],
    },
  ],
];

const ROW_HEIGHT = 8;

const SOURCE = { type: "prometheus", uid: "${datasource}" };

/** Values of the circuits' timeline. */
const CIRCUIT_NAMES = {
  type: "value",
  options: {
    "0": { text: "closed", color: "green", index: 0 },
    "1": { text: "half-open", color: "orange", index: 1 },
    "2": { text: "open", color: "red", index: 2 },
    "3": { text: "open", color: "red", index: 3 },
  },
};

function panelJson(panel: Panel, id: number, x: number, y: number): object {
  const { title, description, type = "timeseries", unit, queries, width, stacked = false } = panel;
  const timeline = type === "state-timeline";
  return {
    ...{ id, type, title, ...(description !== undefined && { description }), datasource: SOURCE },
    gridPos: { h: ROW_HEIGHT, w: width, x, y },
    fieldConfig: {
      defaults: {
        ...{ unit, min: 0 },
        ...(timeline && { mappings: [CIRCUIT_NAMES] }),
        ...(type === "stat" && { color: { mode: "thresholds" }, thresholds: REFUSED }),
        ...(type === "timeseries" && { custom: { fillOpacity: stacked ? 25 : 5, stacking: { mode: stacked ? "normal" : "none" } } }),
      },
      overrides: [],
    },
    options: {
      ...(type !== "stat" && { legend: { displayMode: "list", placement: "bottom", showLegend: true }, tooltip: { mode: "multi" } }),
      ...(timeline && { mergeValues: true, showValue: "never", rowHeight: 0.8 }),
    },
    targets: queries.map(({ expr, legend }, index) => ({
      ...{ refId: String.fromCharCode(65 + index), datasource: SOURCE, expr, legendFormat: legend },
    })),
  };
}

const REFUSED = {
  mode: "absolute",
  steps: [
    { color: "green", value: null },
    { color: "red", value: 1 },
  ],
};

const VARIABLES = [
  { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
  {
    ...{
      name: "route",
      label: "Route",
      type: "query",
      datasource: SOURCE,
      refresh: 2,
      sort: 1,
      includeAll: true,
      multi: true,
      allValue: ".*",
    },
    ...{ definition: `label_values(${METRICS.requests.name}, route)`, query: `label_values(${METRICS.requests.name}, route)` },
  },
];

/** The dashboard as Grafana imports it. */
export function dashboard(): object {
  let id = 0;
  const panels = PANELS.flatMap((row, y) => {
    let x = 0;
    return row.map((panel) => {
      const json = panelJson(panel, ++id, x, y * ROW_HEIGHT);
      x += panel.width;
      return json;
    });
  });
  return {
    ...{ title: "Signalbox", uid: "signalbox", tags: ["signalbox"], schemaVersion: 39, editable: true, refresh: "30s", graphTooltip: 1 },
    time: { from: "now-3h", to: "now" },
    templating: { list: VARIABLES },
    panels,
  };
}
