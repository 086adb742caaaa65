import { code, table } from "../../../config/generate/markdown";
import { FAILURES } from "../../failover/failure";
import { LABELS, METRICS, type MetricDefinition } from "../definitions";

function metricRow({ name, type, labels, help, aggregator = "sum" }: MetricDefinition): string[] {
  return [
    code(name),
    type,
    labels.map(code).join(" "),
    type === "gauge" && aggregator !== "sum" ? `${help} Workers: ${aggregator}.` : help,
  ];
}

const bucketRow = ({ name, buckets = [] }: MetricDefinition): string[] => [code(name), buckets.join(", ")];

/** The text of docs/metrics.md. */
export function metricsPage(): string {
  const metrics: readonly MetricDefinition[] = Object.values(METRICS);
  const outcomes = Object.entries(FAILURES).map(([name, meaning]) => [code(name), meaning]);
  return `<!-- Written by runtime/generate.ts from runtime/metrics/definitions.ts; change it there. -->

# Metrics

\`GET /metrics\` on the admin port (\`signalbox serve --admin-port\`, 8001 on loopback) answers in Prometheus' text format; from
another machine only with the token of \`--admin-token-file\`. A dashboard for Grafana lies in [grafana-dashboard.json](grafana-dashboard.json); \`/status\` on the same port shows the targets as JSON, and as a page to a browser.

Every label takes its values from the configuration or from a fixed list. What a client chooses (paths, models, headers) is in no label: a model whose name comes
from the request is \`(from request)\`, and requests that no route matches count under \`route=""\`. The number of series is therefore bounded by the configuration:
about 50 for each pair of route and target that gets requests. Series of routes and targets that a reload took away stay for five minutes, so that their last counts are scraped.

With \`--workers\` the first process adds up what the workers count. The last known counts of a worker that crashed or does not answer within a second stay in the sum, its gauges
do not; \`signalbox_workers{answered="false"}\` tells how many are missing.

## The gateway's own

${table(["Metric", "Type", "Labels", "Meaning"], metrics.map(metricRow))}

## Labels

${table(
  ["Label", "Values"],
  Object.entries(LABELS).map(([name, meaning]) => [code(name), meaning]),
)}

\`outcome\` of a call that failed:

${table(["Outcome", "Meaning"], outcomes)}

## Buckets, in seconds

${table(["Metric", "Upper bounds"], metrics.filter(({ buckets }) => buckets !== undefined).map(bucketRow))}

## The process's

The usual metrics of a Node.js process come with them under their usual names, among them \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`,
\`nodejs_heap_size_used_bytes\`, \`nodejs_eventloop_lag_p99_seconds\` and \`nodejs_gc_duration_seconds\`.
`;
}
