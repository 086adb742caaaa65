import type { Count, Distribution } from "./series";
import type { SeriesGroup } from "./store";
import type { Families } from "./collectors";
import { statusClass, statusLabel } from "./labels";

/** The series of one route, ready to be counted on. */
export class RouteSeries {
  /** By label, so that all numbers that share one share its series. */
  private readonly counts = new Map<string, Count>();
  private readonly durations = new Map<string, Distribution>();
  /** By status, for one look-up per request; statuses have three digits, so it stays small. */
  private readonly byStatus = new Map<number, { readonly count: Count; readonly duration: Distribution }>();

  constructor(
    private readonly families: Families,
    private readonly group: SeriesGroup,
  ) {}

  ended(status: number, milliseconds: number): void {
    let series = this.byStatus.get(status);
    if (series === undefined) {
      series = { count: this.count(statusLabel(status)), duration: this.duration(statusClass(status)) };
      if (this.byStatus.size < 1000) this.byStatus.set(status, series);
    }
    series.count.value++;
    series.duration.observe(milliseconds / 1000);
  }

  private count(status: string): Count {
    let count = this.counts.get(status);
    if (count === undefined) {
      count = this.group.count(this.families.requests, { status });
      this.counts.set(status, count);
    }
    return count;
  }

  private duration(status_class: string): Distribution {
    let duration = this.durations.get(status_class);
    if (duration === undefined) {
      duration = this.group.distribution(this.families.requestDuration, { status_class });
      this.durations.set(status_class, duration);
    }
    return duration;
  }
}
