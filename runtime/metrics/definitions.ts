/**
 * Every metric of the gateway's own, in one table: the registry, docs/metrics.md, the dashboard and their tests are all views of it.
 * Names as Prometheus asks for: base units, `_total` for counters.
 */

/** One metric: what it is called, what it says, and how the values of several workers become one. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Names of its labels; each takes its values from the configuration or from a fixed list, never from a client. */
  readonly labels: readonly string[];
  /** How the primary process joins the workers' values. Default: sum. */
  readonly aggregator?: "sum" | "max" | "min" | "average";
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** Seconds that answers of language models take: from a cached word to a long report. */
const ANSWER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];

/** Seconds until the first content of a stream. */
const FIRST_CONTENT_SECONDS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 30];

/** A target as one route's requests see it. */
const AT_ROUTE = ["route", "provider", "model", "target"] as const;

/** A target as its plugin holds it: all routes of the plugin together. */
const AT_PLUGIN = ["plugin", "provider", "model", "target"] as const;

export const METRICS = {
  requests: {
    name: "signalbox_requests_total",
    type: "counter",
    help: "Requests that have ended, by the status that the client got (499: it went away first).",
    labels: ["route", "status"],
  },
  requestDuration: {
    name: "signalbox_request_duration_seconds",
    type: "histogram",
    help: "From the arrival of a request to the end of its answer, by class of status.",
    labels: ["route", "status_class"],
    buckets: ANSWER_SECONDS,
  },
  requestsInFlight: { name: "signalbox_requests_in_flight", type: "gauge", help: "Requests under way.", labels: [] },
  attempts: {
    name: "signalbox_attempts_total",
    type: "counter",
    help: "Calls to targets that have ended, by how they did: ok, client_gone, or the class of the failure.",
    labels: [...AT_ROUTE, "outcome"],
  },
  attemptDuration: {
    name: "signalbox_attempt_duration_seconds",
    type: "histogram",
    help: "From a call to the end of its answer, of calls that ended ok: a target that fails fast is no fast target.",
    labels: AT_ROUTE,
    buckets: ANSWER_SECONDS,
  },
  firstToken: {
    name: "signalbox_time_to_first_token_seconds",
    type: "histogram",
    help: "From a call to the first content of its stream.",
    labels: AT_ROUTE,
    buckets: FIRST_CONTENT_SECONDS,
  },
  failovers: {
    name: "signalbox_failovers_total",
    type: "counter",
    help: "Failed calls that were followed by another: next_target, same_target, new_credential (a refused token was renewed), or resume (a stream went on elsewhere).",
    labels: [...AT_ROUTE, "next"],
  },
  tokens: {
    name: "signalbox_tokens_total",
    type: "counter",
    help: "Tokens of prompts and completions, reported by the provider or estimated.",
    labels: [...AT_ROUTE, "kind"],
  },
  estimates: {
    name: "signalbox_usage_estimated_total",
    type: "counter",
    help: "Calls whose tokens were estimated, as the provider reported none.",
    labels: AT_ROUTE,
  },
  cost: {
    name: "signalbox_cost_total",
    type: "counter",
    help: "What calls cost, in the currency of input_cost and output_cost; nothing if a target has no prices.",
    labels: AT_ROUTE,
  },
  authRefused: {
    name: "signalbox_auth_refused_total",
    type: "counter",
    help: "Answers 401 or 403 of a target: its credentials are wrong or lack a right. A refused token that was renewed is none.",
    labels: AT_ROUTE,
  },
  rests: {
    name: "signalbox_rests_total",
    type: "counter",
    help: "Times that a target asked for rest (429 or 503 with Retry-After).",
    labels: AT_ROUTE,
  },
  breakerTransitions: {
    name: "signalbox_breaker_transitions_total",
    type: "counter",
    help: "Changes of a target's circuit, by the phase that it went to.",
    labels: [...AT_PLUGIN, "phase"],
  },
  breakerState: {
    name: "signalbox_breaker_state",
    type: "gauge",
    help: "1 for the phase that a target's circuit is in, 0 for the others; with workers, how many are in the phase.",
    labels: [...AT_PLUGIN, "phase"],
  },
  resting: {
    name: "signalbox_target_resting_seconds",
    type: "gauge",
    help: "Seconds for which a target is left alone as it asked to be; 0 if it is not.",
    labels: AT_PLUGIN,
    aggregator: "max",
  },
  inFlight: {
    name: "signalbox_target_in_flight",
    type: "gauge",
    help: "Calls to a target under way, those included that wait for a connection.",
    labels: AT_PLUGIN,
  },
  queue: { name: "signalbox_target_queue", type: "gauge", help: "Calls that wait for a connection to a target.", labels: AT_PLUGIN },
  figures: {
    name: "signalbox_balancer_figure",
    type: "gauge",
    help: "What the algorithm knows of a target; the figures' names and units are the algorithm's.",
    labels: [...AT_PLUGIN, "figure"],
    aggregator: "average",
  },
  retryBudget: {
    name: "signalbox_retry_budget_exhausted_total",
    type: "counter",
    help: "Repeats that were not made because the plugin's retry budget was used up.",
    labels: ["plugin"],
  },
  skippedEvents: {
    name: "signalbox_stream_events_skipped_total",
    type: "counter",
    help: "Events of streams that were no valid JSON and were left out.",
    labels: AT_ROUTE,
  },
  droppedMembers: {
    name: "signalbox_request_members_dropped_total",
    type: "counter",
    help: "Members of requests that had no effect, as the target's provider has no word for them. The log names each once.",
    labels: AT_ROUTE,
  },
  ready: { name: "signalbox_ready", type: "gauge", help: "1 while requests are served; with workers, how many serve.", labels: [] },
  configurationState: {
    name: "signalbox_configuration_state",
    type: "gauge",
    help: "1 for the state that the configuration is in: none, served, or refused (the newest file cannot be used, an older one is served).",
    labels: ["state"],
  },
  reloadsRefused: {
    name: "signalbox_reloads_refused_total",
    type: "counter",
    help: "Configurations that were refused.",
    labels: [],
  },
  sharedStateUp: {
    name: "signalbox_shared_state_up",
    type: "gauge",
    help: "1 while the connection that state is shared over stands; absent if no state is shared.",
    labels: [],
    aggregator: "min",
  },
  sharedStateErrors: {
    name: "signalbox_shared_state_errors_total",
    type: "counter",
    help: "Failed commands of the connection that state is shared over; absent if no state is shared.",
    labels: [],
  },
  sharedStateDropped: {
    name: "signalbox_shared_state_dropped_total",
    type: "counter",
    help: "Failures and amounts of usage that other processes never heard of, as commands failed; absent if no state is shared.",
    labels: [],
  },
  logLinesDropped: {
    name: "signalbox_log_lines_dropped_total",
    type: "counter",
    help: "Log lines given up, as they could not be written fast enough or at all.",
    labels: [],
  },
  workers: {
    name: "signalbox_workers",
    type: "gauge",
    help: "Worker processes by whether their values are in this answer; absent without --workers.",
    labels: ["answered"],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What the labels mean, for docs/metrics.md; a label that is not described here fails a test. */
export const LABELS: Readonly<Record<string, string>> = {
  route: "The route's name, else its id; empty if no route matched.",
  plugin: "What the plugin applies to: `route:chat`, `service:ai`, `global`.",
  provider: "`model.provider` of the target.",
  model: "The configured `model.name`; `(from request)` if it comes from a template or from the client.",
  target: "Position in `config.targets`, provider and model: `0:openai/gpt-4o`.",
  status: "HTTP status; one that is rare is counted as its class, such as `4xx`.",
  status_class: "`1xx` to `5xx`.",
  outcome: "`ok`, `client_gone` (the client went away), or the class of the failure; see below.",
  next: "`next_target`, `same_target`, `new_credential` or `resume`.",
  kind: "`prompt` or `completion`.",
  phase: "`closed`, `half-open` or `open`.",
  figure: "A name that the algorithm gives.",
  state: "`none`, `served` or `refused`.",
  answered: "`true`, or `false` if a worker did not answer within a second: its values are missing.",
};
