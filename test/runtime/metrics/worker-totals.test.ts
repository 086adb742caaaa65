import type { MetricJson } from "../../../runtime/metrics/series";
import { WorkerTotals } from "../../../runtime/metrics/worker-totals";
import { attempt, metricsOf, parseText, plan, route, served } from "./support";

/** A worker that served so many requests; its metrics as they arrive over the process channel. */
async function worker(requests: number, phase: "closed" | "open" = "closed"): Promise<readonly MetricJson[]> {
  const { metrics, serve } = metricsOf();
  const target = plan({ phase });
  serve(served([target], { balancer: { figures: () => ({ mean: requests }) } as never }));
  for (let index = 0; index < requests; index++) {
    metrics.exchangeEnded({ route: route("chat"), status: 200, milliseconds: 400 });
    metrics.attemptEnded("chat", attempt({ target }));
  }
  target.state.inFlight = requests;
  target.state.restingUntil = requests * 1000;
  return JSON.parse(JSON.stringify(await metrics.json())) as readonly MetricJson[];
}

const answers = (...all: [number, readonly MetricJson[]][]): ReadonlyMap<number, readonly MetricJson[]> => new Map(all);
const AT = 'plugin="route:chat",provider="openai",model="gpt-4o",target="0:openai/gpt-4o"';
const REQUESTS = 'signalbox_requests_total{route="chat",status="200"}';

test("counts and histograms are added up; gauges are joined as each says", async () => {
  const totals = new WorkerTotals();
  const text = await totals.text({
    answers: answers([1, await worker(2)], [2, await worker(4, "open")]),
    alive: new Set([1, 2]),
    expected: 2,
  });
  const series = parseText(text);
  expect(series.get(REQUESTS)).toBe(6);
  expect(series.get('signalbox_request_duration_seconds_bucket{route="chat",status_class="2xx",le="0.5"}')).toBe(6);
  expect(series.get('signalbox_request_duration_seconds_sum{route="chat",status_class="2xx"}')).toBeCloseTo(2.4);
  expect(series.get(`signalbox_target_in_flight{${AT}}`)).toBe(6);
  expect(series.get(`signalbox_target_resting_seconds{${AT}}`)).toBe(4);
  expect(series.get(`signalbox_balancer_figure{${AT},figure="mean"}`)).toBe(3);
  expect(series.get(`signalbox_breaker_state{${AT},phase="open"}`)).toBe(1);
  expect(series.get(`signalbox_breaker_state{${AT},phase="closed"}`)).toBe(1);
  expect(series.get('signalbox_workers{answered="true"}')).toBe(2);
  expect(series.get('signalbox_workers{answered="false"}')).toBe(0);
  expect(text).toContain("# TYPE signalbox_requests_total counter");
});

test("a worker that does not answer keeps its counts in the sum, its gauges not, and is told", async () => {
  const totals = new WorkerTotals();
  await totals.text({ answers: answers([1, await worker(2)], [2, await worker(4)]), alive: new Set([1, 2]), expected: 2 });
  const series = parseText(await totals.text({ answers: answers([1, await worker(3)]), alive: new Set([1, 2]), expected: 2 }));
  expect(series.get(REQUESTS)).toBe(7);
  expect(series.get(`signalbox_target_in_flight{${AT}}`)).toBe(3);
  expect(series.get('signalbox_workers{answered="false"}')).toBe(1);
});

test("crashed workers, one after another, leave their counts in the sum", async () => {
  const totals = new WorkerTotals();
  await totals.text({ answers: answers([1, await worker(2)], [2, await worker(4)]), alive: new Set([1, 2]), expected: 2 });
  await totals.text({ answers: answers([1, await worker(2)], [3, await worker(1)]), alive: new Set([1, 3]), expected: 2 });
  const series = parseText(
    await totals.text({ answers: answers([4, await worker(5)], [5, await worker(1)]), alive: new Set([4, 5]), expected: 2 }),
  );
  // 4 of the second, 2 of the first, 1 of the third, 5 and 1 of those that live
  expect(series.get(REQUESTS)).toBe(13);
  expect(series.get(`signalbox_target_in_flight{${AT}}`)).toBe(6);
  expect(series.get('signalbox_workers{answered="true"}')).toBe(2);
});

test("no worker at all is an answer too", async () => {
  const text = await new WorkerTotals().text({ answers: answers(), alive: new Set(), expected: 2 });
  expect(Object.fromEntries(parseText(text))).toEqual({
    'signalbox_workers{answered="true"}': 0,
    'signalbox_workers{answered="false"}': 2,
  });
});

test("what a worker sends is numbers only", async () => {
  const values = (await worker(1)).flatMap((metric) => metric.values.map(({ value }) => value));
  expect(values.every((value) => Number.isFinite(value))).toBe(true);
});
