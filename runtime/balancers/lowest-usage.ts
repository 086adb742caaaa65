import type { TokensCountStrategy } from "../../config/types.generated";
import type { Clock } from "../clock";
import type { Balancer, BalancerOptions, CandidateSet, Choice, LeftOut, Outcome, Pick, TargetPlan, UsageShare } from "../interfaces";
import type { TargetState } from "../targets/state";
import { DecayScale, type Decaying } from "./decay";
import { Groups, least, type Group } from "./group";

/** Usage counts half after this time. Milliseconds. */
const HALF_LIFE_MS = 300_000;

/** The best score of an answer is 100 and counts least. */
const WORST = 101;

/** A mean in which old values fade. */
class FadingMean implements Decaying {
  private sum = 0;
  private count = 0;

  constructor(public origin: number) {}

  scale(factor: number): void {
    this.sum *= factor;
    this.count *= factor;
  }

  add(amount: number, factor: number): void {
    this.sum += amount * factor;
    this.count += factor;
  }

  /** Undefined where there is none, and where all was free: nothing can be told apart by it then. */
  get value(): number | undefined {
    return this.sum > 0 ? this.sum / this.count : undefined;
  }
}

/** What a target has used, in the scale's units; whatever is not known yet is counted in requests, which are charged the mean. */
class Usage implements Decaying {
  known = 0;
  requests = 0;
  /** Attempts under way. */
  pending = 0;
  /** What a request to this target costs where that is known beforehand (accuracy); 0 where it is not. */
  price = 0;
  /** Whether it takes part already, or has yet to start at the mean of the others. */
  placed = false;

  constructor(
    public origin: number,
    readonly scores: FadingMean,
  ) {}

  scale(factor: number): void {
    this.known *= factor;
    this.requests *= factor;
  }
}

/**
 * `lowest-usage`: the smallest usage / weight, of tokens, cost or accuracy as 101 − score, with a half-life of 5 min (semantics.md 13). An attempt is
 * charged the mean usage while it is under way, so that the lowest target is not stormed, and what it really used afterwards; a failure is charged the mean.
 * With accuracy an answer is charged the mean of its target's scores; targets without scores the mean of all, which treats them evenly.
 */
export class LowestUsage implements Balancer {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly strategy: TokensCountStrategy;
  private readonly share: UsageShare | undefined;
  private readonly scale: DecayScale;
  private readonly mean: FadingMean;
  private readonly groups: Groups<Usage>;

  constructor({ clock, random, settings, share }: BalancerOptions) {
    this.clock = clock;
    this.random = random;
    this.strategy = settings.tokens_count_strategy;
    this.share = share;
    this.scale = new DecayScale(clock.now(), HALF_LIFE_MS);
    this.mean = new FadingMean(this.scale.origin);
    this.groups = new Groups<Usage>(
      () => new Usage(this.scale.origin, new FadingMean(this.scale.origin)),
      (group) => this.enter(group),
    );
    if (share !== undefined) {
      share.hear = (target, amount) => {
        const factor = this.factor();
        this.record(target).known += amount * factor;
      };
    }
  }

  choose(candidates: CandidateSet, _pick: Pick, leftOut: LeftOut | undefined): Choice | undefined {
    const group = this.groups.of(candidates);
    const target = this.lowest(group, leftOut);
    return target && { target, next: (others) => this.lowest(group, others) };
  }

  started({ state }: TargetPlan): void {
    this.groups.record(state).pending++;
  }

  finished({ state }: TargetPlan, outcome: Outcome): void {
    const factor = this.factor();
    const usage = this.record(state);
    usage.pending--;
    const amount = this.amount(outcome, usage);
    if (amount === undefined) usage.requests += factor;
    else {
      usage.known += amount * factor;
      if (outcome.kind === "ok" && this.strategy !== "llm-accuracy") this.mean.add(amount, factor);
    }
    const told = amount ?? this.mean.value;
    if (told !== undefined) this.share?.tell(state, told);
  }

  /** Takes the score (1 to 100, 100 = best) of one of the target's answers; of use with `llm-accuracy` only. */
  score(target: TargetState, value: number): void {
    const factor = this.factor();
    const { scores } = this.record(target);
    this.scale.update(scores);
    scores.add(WORST - value, factor);
    this.mean.add(WORST - value, factor);
    this.groups.record(target).price = scores.value ?? 0;
  }

  /** `usage`: what the target has used, faded, in the unit of `tokens_count_strategy`; `in_flight`; `score`: the mean score, where there are any. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    const factor = this.factor();
    const { known, requests, pending, price } = this.record(state);
    const usage = (known + requests * this.charge()) / factor;
    return { usage, in_flight: pending, ...(price > 0 && { score: WORST - price }) };
  }

  /** What an attempt used; undefined where it is to be charged the mean. */
  private amount({ kind, usage, cost }: Outcome, { price }: Usage): number | undefined {
    if (kind === "failed") return undefined;
    if (this.strategy === "llm-accuracy") return price > 0 ? price : undefined;
    if (usage === undefined) return undefined;
    switch (this.strategy) {
      case "prompt-tokens":
        return usage.prompt_tokens;
      case "completion-tokens":
        return usage.completion_tokens;
      case "total-tokens":
        return usage.total_tokens;
      case "cost":
        return cost;
    }
  }

  private lowest(group: Group<Usage>, leftOut: LeftOut | undefined): TargetPlan | undefined {
    const factor = this.factor();
    const charge = this.charge();
    const { records, weights, keys } = group;
    for (let index = 0; index < keys.length; index++) {
      const usage = records[index] as Usage;
      this.scale.update(usage);
      const underWay = usage.pending * factor * (usage.price > 0 ? usage.price : charge);
      keys[index] = (usage.known + usage.requests * charge + underWay) / (weights[index] as number);
    }
    return group.targets[least(group, leftOut, this.random)];
  }

  /** New targets start at the mean of the others, else they would get all requests until they had caught up. */
  private enter({ records, weights }: Group<Usage>): void {
    this.factor();
    const charge = this.charge();
    let sum = 0;
    let placed = 0;
    records.forEach((usage, index) => {
      this.scale.update(usage);
      if (!usage.placed) return;
      sum += (usage.known + usage.requests * charge) / (weights[index] as number);
      placed++;
    });
    records.forEach((usage, index) => {
      if (usage.placed) return;
      usage.placed = true;
      // others may have told of it already
      if (placed > 0) usage.known = Math.max(usage.known, (sum / placed) * (weights[index] as number));
    });
  }

  private record(state: TargetState): Usage {
    const usage = this.groups.record(state);
    this.scale.update(usage);
    return usage;
  }

  /** Brings the mean up to date too, as it is used with whatever the factor is used for. */
  private factor(): number {
    const factor = this.scale.factor(this.clock.now());
    this.scale.update(this.mean);
    return factor;
  }

  /** What a request of unknown usage is charged: the mean, or 1 as long as there is none, by which requests are counted. */
  private charge(): number {
    return this.mean.value ?? 1;
  }
}
