import type { TokensCountStrategy } from "../../config/types.generated";
import type { Clock } from "../clock";
import type { Algorithm } from "./algorithm";
import type { Balancer, BalancerOptions, CandidateSet, Choice, ChoiceRequest, LeftOut, Outcome, UsageShare } from "./balancer";
import type { TargetPlan } from "../targets/target-plan";
import type { TargetState } from "../targets/state";
import { GroupChoice } from "./choice";
import { least, TargetTable, type Group } from "./target-table";

/** Usage counts half after this time. Milliseconds. */
const HALF_LIFE_MS = 300_000;

/** The best score of an answer is 100 and counts least. */
const WORST = 101;

/** Half-lives after which all sums are made smaller, long before the factor of new ones (2^64 then) would overflow. */
const MAX_HALF_LIVES = 64;

/**
 * `lowest-usage`: the smallest usage / weight, of tokens, cost or accuracy as 101 − score, with a half-life of 5 min (docs/behaviour.md "Balancing"). An attempt is
 * charged the mean usage while it is under way, so that the lowest target is not stormed, and what it really used afterwards; a failure is charged the mean.
 * With accuracy an answer is charged the mean of its target's scores; targets without scores the mean of all, which treats them evenly.
 *
 * Nothing is decayed for a choice: instead of old amounts becoming smaller, new ones become bigger, by a factor that doubles with every half-life.
 */
export class LowestUsage implements Balancer {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly strategy: TokensCountStrategy;
  private readonly share: UsageShare | undefined;
  /**
   * `known`: amounts used; `requests`: requests whose amount is not known, each charged the mean, whatever that is by now; `pending`: attempts under way;
   * `scoreSum`, `scores`: of 101 − score, and how many; `price`: their quotient, 0 where there is none; `placed`: 1 where the target takes part already,
   * 0 where it has yet to start at the mean of the others. All but the last three and `pending` are multiples of the factor of their time.
   */
  private readonly table = new TargetTable({ known: 0, requests: 0, pending: 0, scoreSum: 0, scores: 0, price: 0, placed: 0 }, (group) =>
    this.place(group),
  );
  /** When the factor was 1. */
  private origin: number;
  /** Sum and number of the amounts of all targets, likewise in multiples. */
  private sum = 0;
  private count = 0;

  constructor({ clock, random, settings, share }: BalancerOptions) {
    this.clock = clock;
    this.random = random;
    this.strategy = settings.tokens_count_strategy;
    this.share = share;
    this.origin = clock.now();
    if (share !== undefined) share.hear = (target, amount) => this.use(this.table.row(target), amount, this.factor());
  }

  choose(candidates: CandidateSet, _request: ChoiceRequest, leftOut: LeftOut | undefined): Choice | undefined {
    const group = this.table.group(candidates);
    const index = this.find(group, leftOut);
    const target = group.targets[index];
    if (leftOut !== undefined && target !== undefined) this.lift(group, group.keys[index] as number);
    return target && new GroupChoice(target, this, group);
  }

  started({ state }: TargetPlan): void {
    this.addPending(this.table.row(state), 1);
  }

  finished({ state }: TargetPlan, outcome: Outcome): void {
    const factor = this.factor();
    const row = this.table.row(state);
    const amount = this.amount(outcome, row);
    this.addPending(row, -1);
    this.use(row, amount, factor);
    if (amount !== undefined && outcome.kind === "ok" && this.strategy !== "llm-accuracy") this.learn(amount, factor);
    const told = amount ?? this.mean();
    if (told !== undefined) this.share?.tell(state, told);
  }

  /** Takes the score (1 to 100, 100 = best) of one of the target's answers; of use with `llm-accuracy` only. */
  score(target: TargetState, value: number): void {
    const factor = this.factor();
    const row = this.table.row(target);
    const { scoreSum, scores, price } = this.table.columns;
    scoreSum[row] = (scoreSum[row] as number) + (WORST - value) * factor;
    scores[row] = (scores[row] as number) + factor;
    price[row] = scoreSum[row] / scores[row];
    this.learn(WORST - value, factor);
  }

  /** `usage`: what the target has used, faded, in the unit of `tokens_count_strategy`; `in_flight`; `score`: the mean score, where there are any. */
  figures({ state }: TargetPlan): Readonly<Record<string, number>> {
    const factor = this.factor();
    const row = this.table.row(state);
    const { known, requests, pending, price } = this.table.columns;
    const usage = ((known[row] as number) + (requests[row] as number) * this.charge()) / factor;
    const own = price[row] as number;
    return { usage, in_flight: pending[row] as number, ...(own > 0 && { score: WORST - own }) };
  }

  best(group: Group, leftOut: LeftOut): TargetPlan | undefined {
    return group.targets[this.find(group, leftOut)];
  }

  private find(group: Group, leftOut: LeftOut | undefined): number {
    const factor = this.factor();
    const charge = this.charge();
    const { rows, inverses, keys } = group;
    const { known, requests, pending } = this.table.columns;
    for (let index = 0; index < keys.length; index++) {
      const row = rows[index] as number;
      const uncharged = (requests[row] as number) + (pending[row] as number) * factor;
      keys[index] = ((known[row] as number) + uncharged * charge) * (inverses[index] as number);
    }
    return least(group, leftOut, this.random);
  }

  /**
   * Charges those that would have been chosen, but were left out, up to the one that was: a circuit that closes or a rest that ends would otherwise bring
   * all requests to a target that has just recovered, until it had caught up with the others.
   */
  private lift({ rows, weights, keys }: Group, level: number): void {
    const { known } = this.table.columns;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as number;
      const behind = key < 0 ? level - (-1 - key) : 0;
      if (behind <= 0) continue;
      const row = rows[index] as number;
      known[row] = (known[row] as number) + behind * (weights[index] as number);
    }
  }

  /** What an attempt used; undefined where it is to be charged the mean. */
  private amount({ kind, usage, cost }: Outcome, row: number): number | undefined {
    if (kind === "failed") return undefined;
    if (this.strategy === "llm-accuracy") {
      const price = this.table.columns.price[row] as number;
      return price > 0 ? price : undefined;
    }
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

  private addPending(row: number, attempts: number): void {
    const { pending } = this.table.columns;
    pending[row] = (pending[row] as number) + attempts;
  }

  private use(row: number, amount: number | undefined, factor: number): void {
    const { known, requests } = this.table.columns;
    if (amount === undefined) requests[row] = (requests[row] as number) + factor;
    else known[row] = (known[row] as number) + amount * factor;
  }

  private learn(amount: number, factor: number): void {
    this.sum += amount * factor;
    this.count += factor;
  }

  /** New targets start at the mean of the others, else they would get all requests until they had caught up. */
  private place({ rows, weights }: Group): void {
    const charge = this.charge();
    const { known, requests, placed } = this.table.columns;
    const others = [...rows.keys()].filter((index) => placed[rows[index] as number] === 1);
    const levels = others.map((index) => {
      const row = rows[index] as number;
      return ((known[row] as number) + (requests[row] as number) * charge) / (weights[index] as number);
    });
    const mean = levels.length === 0 ? 0 : levels.reduce((sum, level) => sum + level, 0) / levels.length;
    rows.forEach((row, index) => {
      if (placed[row] === 1) return;
      placed[row] = 1;
      // other gateways may have told of it already
      known[row] = Math.max(known[row] as number, mean * (weights[index] as number));
    });
  }

  /** What an amount of now counts. */
  private factor(): number {
    const now = this.clock.now();
    const halfLives = (now - this.origin) / HALF_LIFE_MS;
    if (halfLives <= MAX_HALF_LIVES) return 2 ** halfLives;
    const shrink = 2 ** -halfLives;
    const { known, requests, scoreSum, scores } = this.table.columns;
    for (const column of [known, requests, scoreSum, scores]) column.forEach((value, row) => (column[row] = value * shrink));
    this.sum *= shrink;
    this.count *= shrink;
    this.origin = now;
    return 1;
  }

  /** Mean amount of an answer (with accuracy: of a score); undefined where there is none, and where all was free: nothing can be told apart by it then. */
  private mean(): number | undefined {
    return this.sum > 0 ? this.sum / this.count : undefined;
  }

  /** What a request of unknown amount is charged: the mean, or 1 as long as there is none, by which requests are counted. */
  private charge(): number {
    return this.mean() ?? 1;
  }
}

export const lowestUsage: Algorithm = {
  name: "lowest-usage",
  settings: ["tokens_count_strategy"],
  nature: "the least used target first, for its weight",
  division: { kind: "weight", word: "share of usage" },
  create: (options) => new LowestUsage(options),
  takesScores: ({ tokens_count_strategy: strategy }) => strategy === "llm-accuracy",
};
