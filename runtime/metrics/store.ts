import type { Clock } from "../clock";
import type { Steps } from "../steps";
import type { Count, CountedFamily, Distribution, Labels } from "./series";

/** How long series live on after their route or target was taken away, in milliseconds, so that the last counts are still scraped. */
const LINGER_MS = 5 * 60_000;

/** Groups of a store that live on at most; beyond that the oldest goes at once, as reloads can be many and scrapes none. */
const MAX_LINGERING = 500;

/** The series of one route, one plugin, or one target of either: they come and go together. */
export class SeriesGroup {
  /** When its route or target was taken away, on the gateway's clock; undefined while it is configured. */
  retiredAt: number | undefined;
  private readonly made: { readonly family: CountedFamily; readonly series: Count | Distribution }[] = [];

  constructor(private readonly labels: Labels) {}

  /** A new series of a counter with the group's labels and some more; made once and kept by the caller. */
  count(family: CountedFamily, more: Labels = {}): Count {
    const series = family.count({ ...this.labels, ...more });
    this.made.push({ family, series });
    return series;
  }

  /** A new series of a histogram, likewise. */
  distribution(family: CountedFamily, more: Labels = {}): Distribution {
    const series = family.distribution({ ...this.labels, ...more });
    this.made.push({ family, series });
    return series;
  }

  /** Takes its series out of the scrape; who still holds one counts into the void. */
  drop(): void {
    for (const { family, series } of this.made.splice(0)) family.delete(series);
  }
}

interface Held<T> {
  readonly group: SeriesGroup;
  readonly value: T;
}

/** Groups of one kind by their labels: at most those that are configured and a limited number that lately were. */
export class SeriesStore<T> {
  private readonly held = new Map<string, Held<T>>();
  /** Those of them that were taken away, the oldest first. */
  private readonly lingering = new Map<string, Held<T>>();
  /** Undefined before the first configuration. */
  private configured: ReadonlySet<string> | undefined;

  constructor(
    private readonly clock: Clock,
    /** What is kept for a group: its series, ready for use. */
    private readonly make: (group: SeriesGroup) => T,
  ) {}

  /** The same for the same labels for as long as they are configured. */
  get(labels: Labels): T {
    const key = keyOf(labels);
    let held = this.held.get(key);
    if (held === undefined) {
      const group = new SeriesGroup(labels);
      held = { group, value: this.make(group) };
      this.held.set(key, held);
      // an exchange that began before a reload may end after it
      if (this.configured?.has(key) === false) this.retire(key, held);
    }
    return held.value;
  }

  /** Tells what is configured now; series of everything else go after some minutes. */
  *retain(configured: Iterable<Labels>): Steps<void> {
    const keys = new Set<string>();
    for (const labels of configured) {
      yield;
      keys.add(keyOf(labels));
    }
    this.configured = keys;
    // What comes in between steps is looked at when it comes.
    for (const [key, held] of [...this.held]) {
      yield;
      if (keys.has(key)) {
        held.group.retiredAt = undefined;
        this.lingering.delete(key);
      } else if (held.group.retiredAt === undefined && this.held.get(key) === held) this.retire(key, held);
    }
  }

  /** Lets go what has been away for long enough; called at each scrape. */
  sweep(): void {
    const end = this.clock.now() - LINGER_MS;
    for (const [key, { group }] of this.lingering) if (group.retiredAt !== undefined && group.retiredAt <= end) this.drop(key, group);
  }

  private retire(key: string, held: Held<T>): void {
    held.group.retiredAt = this.clock.now();
    this.lingering.set(key, held);
    if (this.lingering.size <= MAX_LINGERING) return;
    for (const [oldest, { group }] of this.lingering) {
      this.drop(oldest, group);
      return;
    }
  }

  private drop(key: string, group: SeriesGroup): void {
    group.drop();
    this.held.delete(key);
    this.lingering.delete(key);
  }
}

/** Stores hold labels of the same names in the same order. */
const keyOf = (labels: Labels): string => Object.values(labels).join("\0");
