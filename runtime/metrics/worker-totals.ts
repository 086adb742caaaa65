import { AggregatorRegistry, type Registry } from "prom-client";
import { METRICS } from "./definitions";
import type { MetricJson } from "./series";

/** Values of workers that are gone, at most; beyond that they are forgotten, which scrapers see as a restart of the counters. */
const MAX_DEPARTED = 50_000;

/** What workers answered to a scrape. */
export interface WorkerAnswers {
  /** By the number of the worker. */
  readonly answers: ReadonlyMap<number, readonly MetricJson[]>;
  /** Numbers of all workers that serve now. */
  readonly alive: ReadonlySet<number>;
  /** How many workers there are to be. */
  readonly expected: number;
}

/**
 * The metrics of several workers as one. Counters never fall because a worker crashed or answered too late, as that would look like a restart and
 * make everything that the others ever counted count again: the last known counts of such a worker stay in the sum. Its gauges do not.
 */
export class WorkerTotals {
  private readonly lastKnown = new Map<number, readonly MetricJson[]>();
  private departed: readonly MetricJson[] = [];

  /** Joins answers, each metric as its definition says, into Prometheus' text format; `signalbox_workers` tells how many are in it. */
  async text({ answers, alive, expected }: WorkerAnswers): Promise<string> {
    for (const [number, metrics] of answers) this.lastKnown.set(number, metrics.filter(isCounted));
    await this.fold([...this.lastKnown.keys()].filter((number) => !alive.has(number) && !answers.has(number)));
    const late = [...this.lastKnown].filter(([number]) => !answers.has(number)).map(([, metrics]) => metrics);
    return join([...answers.values(), ...late, this.departed, [workersMetric(answers.size, expected)]]).metrics();
  }

  /** Adds up what is known of workers that are gone. */
  private async fold(gone: readonly number[]): Promise<void> {
    if (gone.length === 0) return;
    const known = gone.flatMap((number) => this.lastKnown.get(number) ?? []);
    for (const number of gone) this.lastKnown.delete(number);
    const sums = (await join([this.departed, known]).getMetricsAsJSON()) as unknown as MetricJson[];
    this.departed = sums.reduce((size, { values }) => size + values.length, 0) > MAX_DEPARTED ? [] : sums;
  }
}

const isCounted = ({ type, aggregator }: MetricJson): boolean => type !== "gauge" && aggregator === "sum";

const join = (workers: readonly (readonly MetricJson[])[]): Registry =>
  AggregatorRegistry.aggregate(workers.map((metrics) => [...metrics]));

function workersMetric(answered: number, expected: number): MetricJson {
  const { name, help, type } = METRICS.workers;
  return {
    ...{ name, help, type, aggregator: "sum" },
    values: [
      { labels: { answered: "true" }, value: answered },
      { labels: { answered: "false" }, value: Math.max(0, expected - answered) },
    ],
  };
}
