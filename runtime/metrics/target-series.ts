import type { Clock } from "../clock";
import type { AttemptOutcome } from "../failover/failure";
import type { Usage } from "../conversation/usage";
import { costOf } from "../ledger/cost";
import type { AttemptEntry } from "../ledger/entry";
import type { Count, Distribution } from "./series";
import type { SeriesGroup } from "./store";
import type { Families } from "./collectors";

/** What became of a target's calls since it was first configured, over reloads; for people. */
export interface Tally {
  attempts: number;
  failures: number;
  /** The last failure; `at` in milliseconds since 1970. */
  lastError: { readonly outcome: AttemptOutcome; readonly status: number; readonly at: number } | undefined;
}

type Next = NonNullable<AttemptEntry["next"]>;

/** The series of one target at one route, ready to be counted on. */
export class TargetSeries {
  readonly rests: Count;
  private readonly authRefused: Count;
  private readonly skipped: Count;
  private readonly dropped: Count;
  private readonly ok: Count;
  private readonly duration: Distribution;
  private readonly prompt: Count;
  private readonly completion: Count;
  private readonly outcomes = new Map<AttemptOutcome, Count>();
  private readonly nexts = new Map<Next, Count>();
  /** Only where streams are asked for. */
  private firstToken: Distribution | undefined;
  private estimates: Count | undefined;
  private cost: Count | undefined;

  constructor(
    private readonly families: Families,
    private readonly group: SeriesGroup,
  ) {
    // what is rare begins with a zero, as Prometheus does not see the step from no series to 1
    this.authRefused = group.count(families.authRefused);
    this.rests = group.count(families.rests);
    this.skipped = group.count(families.skippedEvents);
    this.dropped = group.count(families.droppedMembers);
    this.ok = this.outcome("ok");
    this.duration = group.distribution(families.attemptDuration);
    this.prompt = group.count(families.tokens, { kind: "prompt" });
    this.completion = group.count(families.tokens, { kind: "completion" });
    this.next("next_target");
  }

  /** Counts an attempt. */
  ended(entry: AttemptEntry, tally: Tally, clock: Pick<Clock, "date">): void {
    const { outcome, firstTokenMs, next } = entry;
    tally.attempts++;
    if (outcome === "ok") {
      this.ok.value++;
      this.duration.observe(entry.latencyMs / 1000);
    } else this.unsuccessful(entry, tally, clock);
    if (firstTokenMs !== undefined) (this.firstToken ??= this.group.distribution(this.families.firstToken)).observe(firstTokenMs / 1000);
    if (entry.usage !== undefined) this.used(entry, entry.usage);
    if (entry.skippedEvents > 0) this.skipped.value += entry.skippedEvents;
    if (entry.dropped.length > 0) this.dropped.value += entry.dropped.length;
    if (next !== undefined) this.next(next).value++;
  }

  private unsuccessful({ outcome, status, next }: AttemptEntry, tally: Tally, clock: Pick<Clock, "date">): void {
    this.outcome(outcome).value++;
    // a token that has come to its end is no failure of anybody's
    if (outcome === "client_gone" || next === "new_credential") return;
    if (status === 401 || status === 403) this.authRefused.value++;
    tally.failures++;
    tally.lastError = { outcome, status, at: clock.date() };
  }

  private used({ usageEstimated, target }: AttemptEntry, usage: Usage): void {
    this.prompt.add(usage.prompt_tokens);
    this.completion.add(usage.completion_tokens);
    if (usageEstimated) (this.estimates ??= this.group.count(this.families.estimates)).value++;
    if (target.prices !== undefined) (this.cost ??= this.group.count(this.families.cost)).add(costOf(usage, target.prices));
  }

  private outcome(outcome: AttemptOutcome): Count {
    let count = this.outcomes.get(outcome);
    if (count === undefined) {
      count = this.group.count(this.families.attempts, { outcome });
      this.outcomes.set(outcome, count);
    }
    return count;
  }

  private next(next: Next): Count {
    let count = this.nexts.get(next);
    if (count === undefined) {
      count = this.group.count(this.families.failovers, { next });
      this.nexts.set(next, count);
    }
    return count;
  }
}
