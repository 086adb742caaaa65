import { dashboard } from "./dashboard";
import { metricsPage } from "./docs-page";
import { jsonText } from "./json-text";

/** Files that are derived from the table of metrics, by their path in the repository. */
export const METRIC_FILES: Readonly<Record<string, () => string>> = {
  "docs/metrics.md": metricsPage,
  "docs/grafana-dashboard.json": () => jsonText(dashboard()),
};
