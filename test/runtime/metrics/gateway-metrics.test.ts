import { FAILURES } from "../../../runtime/failover/failure";
import { METRICS, type MetricDefinition } from "../../../runtime/metrics/definitions";
import { attempt, metricsOf, parseText, plan, route, scrape, served } from "./support";

const AT = 'route="chat",provider="openai",model="gpt-4o",target="0:openai/gpt-4o"';

test("requests count by route and status, and their time by class", async () => {
  const { metrics } = metricsOf();
  const chat = route("chat");
  metrics.exchangeEnded({ route: chat, status: 200, milliseconds: 300 });
  metrics.exchangeEnded({ route: chat, status: 200, milliseconds: 700 });
  metrics.exchangeEnded({ route: chat, status: 418, milliseconds: 1 });
  metrics.exchangeEnded({ route: undefined, status: 404, milliseconds: 1 });
  const series = await scrape(metrics);
  expect(series.get('signalbox_requests_total{route="chat",status="200"}')).toBe(2);
  expect(series.get('signalbox_requests_total{route="chat",status="4xx"}')).toBe(1);
  expect(series.get('signalbox_requests_total{route="",status="404"}')).toBe(1);
  expect(series.get('signalbox_request_duration_seconds_bucket{route="chat",status_class="2xx",le="0.25"}')).toBe(0);
  expect(series.get('signalbox_request_duration_seconds_bucket{route="chat",status_class="2xx",le="0.5"}')).toBe(1);
  expect(series.get('signalbox_request_duration_seconds_bucket{route="chat",status_class="2xx",le="+Inf"}')).toBe(2);
  expect(series.get('signalbox_request_duration_seconds_sum{route="chat",status_class="2xx"}')).toBe(1);
  expect(series.get('signalbox_request_duration_seconds_count{route="chat",status_class="2xx"}')).toBe(2);
});

test("an attempt counts its outcome, times, tokens and cost", async () => {
  const { metrics } = metricsOf();
  const target = plan({ prices: { input: 10_000, output: 50_000 } });
  metrics.attemptEnded("chat", attempt({ target, firstTokenMs: 180 }));
  metrics.attemptEnded("chat", attempt({ target, outcome: "status", status: 429, usage: undefined, next: "next_target" }));
  metrics.attemptEnded("chat", attempt({ target, outcome: "client_gone", usageEstimated: true, skippedEvents: 3 }));
  const series = await scrape(metrics);
  expect(series.get(`signalbox_attempts_total{${AT},outcome="ok"}`)).toBe(1);
  expect(series.get(`signalbox_attempts_total{${AT},outcome="status"}`)).toBe(1);
  expect(series.get(`signalbox_attempts_total{${AT},outcome="client_gone"}`)).toBe(1);
  expect(series.get(`signalbox_attempt_duration_seconds_count{${AT}}`)).toBe(1);
  expect(series.get(`signalbox_time_to_first_token_seconds_sum{${AT}}`)).toBe(0.18);
  expect(series.get(`signalbox_tokens_total{${AT},kind="prompt"}`)).toBe(200);
  expect(series.get(`signalbox_tokens_total{${AT},kind="completion"}`)).toBe(40);
  expect(series.get(`signalbox_cost_total{${AT}}`)).toBeCloseTo(4);
  expect(series.get(`signalbox_usage_estimated_total{${AT}}`)).toBe(1);
  expect(series.get(`signalbox_failovers_total{${AT},next="next_target"}`)).toBe(1);
  expect(series.get(`signalbox_stream_events_skipped_total{${AT}}`)).toBe(3);
});

test.each([401, 403])("a %i of a target counts each time", async (status) => {
  const { metrics } = metricsOf();
  for (let times = 0; times < 3; times++) metrics.attemptEnded("chat", attempt({ outcome: "status", status }));
  expect((await scrape(metrics)).get(`signalbox_auth_refused_total{${AT}}`)).toBe(3);
});

test("what a provider reports as usage and is no sensible number does not spoil the sum", async () => {
  const { metrics } = metricsOf();
  const numbers = [Number.NaN, Infinity, -5, 7];
  for (const number of numbers)
    metrics.attemptEnded("chat", attempt({ usage: { prompt_tokens: number, completion_tokens: number, total_tokens: number } }));
  expect((await scrape(metrics)).get(`signalbox_tokens_total{${AT},kind="prompt"}`)).toBe(7);
});

test("circuits, rests and budgets count", async () => {
  const { metrics } = metricsOf();
  const { plugin } = served([]);
  metrics.breakerChanged(plugin, plan(), "open");
  metrics.rested("chat", plan());
  metrics.retryBudgetExhausted(plugin);
  metrics.reloadRefused();
  const series = await scrape(metrics);
  const at = 'plugin="route:chat",provider="openai",model="gpt-4o",target="0:openai/gpt-4o"';
  expect(series.get(`signalbox_breaker_transitions_total{${at},phase="open"}`)).toBe(1);
  expect(series.get(`signalbox_breaker_transitions_total{${at},phase="closed"}`)).toBe(0);
  expect(series.get(`signalbox_rests_total{${AT}}`)).toBe(1);
  expect(series.get('signalbox_retry_budget_exhausted_total{plugin="route:chat"}')).toBe(1);
  expect(series.get("signalbox_reloads_refused_total")).toBe(1);
});

test("gauges are what the targets are at the scrape", async () => {
  const { metrics, serve, clock } = metricsOf({
    requestsInFlight: () => 4,
    logLinesDropped: () => 9,
    sharedState: () => ({ up: true, errors: 2, dropped: 3 }),
    status: () => ({ ready: true, draining: false, configuration: { state: "refused" } }),
  });
  const target = plan({ phase: "open" });
  serve(served([target], { balancer: { figures: () => ({ ewma_ms: 12.5, broken: Number.NaN }) } as never }));
  target.state.inFlight = 5;
  target.state.waiting = 3;
  target.state.restingUntil = clock.time + 2_500;
  const series = await scrape(metrics);
  const at = 'plugin="route:chat",provider="openai",model="gpt-4o",target="0:openai/gpt-4o"';
  expect(Object.fromEntries([...series].filter(([name]) => name.includes("plugin=")))).toEqual({
    [`signalbox_breaker_state{${at},phase="closed"}`]: 0,
    [`signalbox_breaker_state{${at},phase="half-open"}`]: 0,
    [`signalbox_breaker_state{${at},phase="open"}`]: 1,
    [`signalbox_target_resting_seconds{${at}}`]: 2.5,
    [`signalbox_target_in_flight{${at}}`]: 5,
    [`signalbox_target_queue{${at}}`]: 3,
    [`signalbox_balancer_figure{${at},figure="ewma_ms"}`]: 12.5,
  });
  expect(series.get("signalbox_requests_in_flight")).toBe(4);
  expect(series.get("signalbox_log_lines_dropped_total")).toBe(9);
  expect(series.get("signalbox_shared_state_up")).toBe(1);
  expect(series.get("signalbox_shared_state_errors_total")).toBe(2);
  expect(series.get("signalbox_shared_state_dropped_total")).toBe(3);
  expect(series.get('signalbox_configuration_state{state="refused"}')).toBe(1);
  expect(series.get('signalbox_configuration_state{state="served"}')).toBe(0);
});

test("without shared state its metrics are absent", async () => {
  const { metrics } = metricsOf();
  expect([...(await scrape(metrics)).keys()].filter((name) => name.includes("shared"))).toEqual([]);
});

test("thousands of models, paths and statuses of clients and providers make no series", async () => {
  const { metrics, serve } = metricsOf();
  const target = plan({ model: undefined });
  serve(served([target]));
  const use = (index: number): void => {
    metrics.attemptEnded("chat", attempt({ target, requestModel: `model-${index}`, responseModel: `answer-${index}` }));
    metrics.exchangeEnded({ route: undefined, status: 404, milliseconds: 1 });
    metrics.exchangeEnded({ route: route("chat"), status: index % 1000, milliseconds: 1 });
  };
  for (let index = 0; index < 1000; index++) use(index);
  const before = await scrape(metrics);
  for (let index = 0; index < 5000; index++) use(index);
  const after = await scrape(metrics);
  expect([...after.keys()]).toEqual([...before.keys()]);
  expect([...after.keys()].filter((name) => name.startsWith("signalbox_requests_total")).length).toBeLessThan(45);
  expect([...after.keys()].join()).not.toMatch(/model-\d|answer-\d/);
  expect([...after.keys()].join()).toContain('model="(from request)"');
});

test("a name with quotes, backslashes and line ends stays one label", async () => {
  const { metrics } = metricsOf();
  metrics.exchangeEnded({ route: route('a"b\\c\nd'), status: 200, milliseconds: 1 });
  expect((await scrape(metrics)).get('signalbox_requests_total{route="a\\"b\\\\c\\nd",status="200"}')).toBe(1);
});

describe("after a reload", () => {
  test("series of what is still there go on, under a new plan too", async () => {
    const { metrics, serve } = metricsOf();
    serve(served([plan()]));
    metrics.attemptEnded("chat", attempt({ target: plan() }));
    serve(served([plan()]));
    metrics.attemptEnded("chat", attempt({ target: plan() }));
    expect((await scrape(metrics)).get(`signalbox_attempts_total{${AT},outcome="ok"}`)).toBe(2);
  });

  test("series of what is gone are scraped for five minutes more, and then no longer", async () => {
    const { metrics, serve, clock } = metricsOf();
    const { plugin } = served([]);
    serve(served([plan()]));
    metrics.attemptEnded("chat", attempt());
    metrics.exchangeEnded({ route: route("chat"), status: 200, milliseconds: 1 });
    metrics.breakerChanged(plugin, plan(), "open");
    metrics.retryBudgetExhausted(plugin);
    serve();
    // one that began before the reload
    metrics.attemptEnded("chat", attempt());
    clock.time += 299_000;
    expect((await scrape(metrics)).get(`signalbox_attempts_total{${AT},outcome="ok"}`)).toBe(2);
    clock.time += 2_000;
    expect([...(await scrape(metrics)).keys()].filter((name) => name.includes("chat"))).toEqual([]);
  });

  test("what comes back in time keeps its counts and stays", async () => {
    const { metrics, serve, clock } = metricsOf();
    serve(served([plan()]));
    metrics.attemptEnded("chat", attempt());
    serve();
    clock.time += 100_000;
    serve(served([plan()]));
    clock.time += 1_000_000;
    expect((await scrape(metrics)).get(`signalbox_attempts_total{${AT},outcome="ok"}`)).toBe(1);
  });

  test("many reloads without a scrape keep a limited number of series", async () => {
    const { metrics, serve } = metricsOf();
    for (let index = 0; index < 2_000; index++) {
      const target = plan({ model: `m${index}` });
      serve(served([target], { routes: [`r${index}`] }));
      metrics.attemptEnded(`r${index}`, attempt({ target }));
    }
    const targets = [...(await scrape(metrics)).keys()].filter((name) => name.startsWith("signalbox_rests_total"));
    expect(targets).toHaveLength(501);
    expect(targets.at(-1)).toContain("m1999");
    expect(targets[0]).toContain("m1499");
  });
});

test("every series has the labels that the table gives its metric, and every metric occurs", async () => {
  const { metrics, serve } = metricsOf({ sharedState: () => ({ up: true, errors: 0, dropped: 0 }) });
  const target = plan({ prices: { input: 1, output: 1 } });
  serve(served([target], { balancer: { figures: () => ({ a: 1 }) } as never }));
  for (const outcome of ["ok", "client_gone", ...(Object.keys(FAILURES) as (keyof typeof FAILURES)[])] as const)
    metrics.attemptEnded("chat", attempt({ target, outcome, usageEstimated: true, firstTokenMs: 1, next: "resume" }));
  metrics.exchangeEnded({ route: route("chat"), status: 200, milliseconds: 1 });
  metrics.breakerChanged(served([]).plugin, target, "open");
  metrics.retryBudgetExhausted(served([]).plugin);
  const seen = new Map<string, Set<string>>();
  for (const series of (await scrape(metrics)).keys()) {
    const name = series.split("{")[0]!;
    const labels = [...series.matchAll(/([a-z_]+)="/g)].map(([, label]) => label!).filter((label) => label !== "le");
    const labelSets = seen.get(name) ?? new Set();
    seen.set(name, labelSets.add(labels.join()));
  }
  const definitions: readonly MetricDefinition[] = Object.values(METRICS).filter((one) => one !== METRICS.workers);
  const expected = definitions.flatMap(({ name, type, labels }) =>
    (type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]).map((suffix) => [name + suffix, [labels.join()]] as const),
  );
  expect(Object.fromEntries([...seen].map(([name, labels]) => [name, [...labels]]))).toEqual(Object.fromEntries(expected));
});

test("the process's own metrics come with them, also for a second gateway of the process", async () => {
  const [one, two] = [metricsOf().metrics, metricsOf().metrics];
  for (const metrics of [one, two]) {
    const series = parseText(await metrics.text());
    expect(series.get("nodejs_heap_size_used_bytes")).toBeGreaterThan(0);
    expect(series.has("nodejs_eventloop_lag_p99_seconds")).toBe(true);
  }
  expect(one.contentType).toContain("text/plain");
});
