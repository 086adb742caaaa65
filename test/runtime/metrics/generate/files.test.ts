import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dashboard } from "../../../../runtime/metrics/generate/dashboard";
import { LABELS, METRICS, type MetricDefinition } from "../../../../runtime/metrics/definitions";
import { METRIC_FILES } from "../../../../runtime/metrics/generate/files";
import { processRegistry } from "../../../../runtime/metrics/process-metrics";

const definitions: readonly MetricDefinition[] = Object.values(METRICS);

test.each(Object.entries(METRIC_FILES))("%s is current (npm run generate)", (name, text) => {
  expect(readFileSync(join(__dirname, "../../../..", name), "utf8")).toBe(text());
});

test.each(definitions.map((definition) => [definition.name, definition] as const))(
  "%s is named and told as Prometheus asks",
  (name, one) => {
    expect(name).toMatch(/^signalbox_[a-z_]+$/);
    expect(name.endsWith("_total")).toBe(one.type === "counter");
    expect(one.type === "histogram").toBe(one.buckets !== undefined);
    if (one.type === "histogram") expect(name).toMatch(/_seconds$/);
    expect(one.help).toMatch(/^[^|\n]+\.$/);
    expect(one.buckets ?? []).toEqual([...(one.buckets ?? [])].sort((left, right) => left - right));
  },
);

test("names are unique, and every label is told once", () => {
  expect(new Set(definitions.map(({ name }) => name)).size).toBe(definitions.length);
  expect(Object.keys(LABELS).sort()).toEqual([...new Set(definitions.flatMap(({ labels }) => labels))].sort());
});

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
}
const { panels } = dashboard() as { readonly panels: readonly Panel[] };
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr, legendFormat }) => [title, expr, legendFormat] as const));

/** Names under which samples of a metric are found, and their labels. */
const samples = new Map<string, readonly string[]>([
  ...processRegistry()
    .getMetricsAsArray()
    .map(({ name }): [string, readonly string[]] => [name, []]),
  ...definitions.flatMap(({ name, type, labels }) =>
    type === "histogram"
      ? [`${name}_sum`, `${name}_count`, `${name}_bucket`].map((sample): [string, readonly string[]] => [sample, [...labels, "le"]])
      : [[name, labels] as [string, readonly string[]]],
  ),
]);

test.each(queries)("%s: %s", (_title, expr, legend) => {
  const names = [...expr.matchAll(/\b(?:signalbox|nodejs|process)_\w+/g)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(0);
  const known = names.map((name) => samples.get(name));
  expect(known).not.toContain(undefined);
  // each selector's own matchers
  for (const [, name, matchers] of expr.matchAll(/((?:signalbox|nodejs|process)_\w+)\{([^}]*)\}/g)) {
    const labels = [...matchers!.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label);
    expect(samples.get(name!)).toEqual(expect.arrayContaining(labels));
  }
  // labels that are grouped by belong to every metric of the query, and what the legend shows is grouped by
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(", "));
  for (const labels of known) expect(labels).toEqual(expect.arrayContaining(grouped));
  expect(grouped).toEqual(expect.arrayContaining([...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)));
  // counters only make sense as a rate, and nothing else does
  for (const name of names) {
    const isRate = new RegExp(`rate\\(${name}\\{[^}]*\\}\\[\\$__rate_interval\\]\\)`).test(expr);
    expect(isRate).toBe(/_(total|bucket)$/.test(name));
  }
});

test("the panels that operators look for are there, and none lies over another", () => {
  expect(panels.map(({ title }) => title)).toEqual([
    "Requests by status",
    "Latency of answers (2xx)",
    "Time to first token, p95",
    "Duration of calls that ended ok, p95",
    "Calls by target and outcome",
    "Failovers and rests",
    "Circuit breakers",
    "Resting targets",
    "Calls in flight",
    "Calls that wait for a connection",
    "Tokens per second by model",
    "Cost per hour by model",
    "Configuration refused",
    "Lost or left out",
    "Event loop lag",
    "Memory",
  ]);
  const cells = panels.flatMap(({ gridPos: { x, y, w } }) => Array.from({ length: w }, (_, column) => `${x + column},${y}`));
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});
