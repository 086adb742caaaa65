import type { Choice } from "../interfaces";
import type { TargetPlan } from "../targets/target-plan";
import { LONGEST_REST_MS } from "./decide";

/** The target that would come next, and what the decision needs to know of it. */
export interface NextTarget {
  /** Undefined if none is left. */
  readonly target: TargetPlan | undefined;
  /** Whether this exchange has not asked it yet. */
  readonly untried: boolean;
  /** For how long its provider asked not to be called, in milliseconds; 0 if it did not. */
  readonly restMs: number;
}

/** Whether no request may go to a target now, as its circuit is open. */
export const isOut = ({ state }: TargetPlan, now: number): boolean => state.breaker.isOut(now);

/** Whether a target's provider asked not to be called now. */
export const rests = ({ state }: TargetPlan, now: number): boolean => state.restingUntil > now;

/** The targets that one exchange has asked, in turn, and which of them comes next. */
export class TriedTargets {
  private readonly targets: TargetPlan[] = [];
  /** Targets that would give the same refusal again. */
  private readonly spent: TargetPlan[] = [];
  /** Attempts before all had had their turn: a target is not asked twice in a round, so that repetitions go around instead of all to one. */
  private roundStart = 0;

  /** Attempts so far. */
  get attempts(): number {
    return this.targets.length;
  }

  get last(): TargetPlan | undefined {
    return this.targets.at(-1);
  }

  add(target: TargetPlan): void {
    this.targets.push(target);
  }

  has(target: TargetPlan): boolean {
    return this.targets.includes(target);
  }

  /** The target would give the same refusal again. */
  spend(target: TargetPlan): void {
    this.spent.push(target);
  }

  isSpent(target: TargetPlan): boolean {
    return this.spent.includes(target);
  }

  /** One that was not tried and does not rest, else one that was not tried, else one that was. */
  next(choice: Choice | undefined, now: number): NextTarget {
    const { targets: tried, spent } = this;
    const choose = (leftOut: (target: TargetPlan) => boolean): TargetPlan | undefined =>
      choice?.next((target) => isOut(target, now) || leftOut(target));
    const restsLong = ({ state }: TargetPlan): boolean => state.restingUntil - now > LONGEST_REST_MS;
    const target =
      choose((one) => tried.includes(one) || rests(one, now)) ??
      choose((one) => tried.includes(one) || restsLong(one)) ??
      choose((one) => tried.includes(one, this.roundStart) || spent.includes(one) || rests(one, now)) ??
      this.newRound(() => choose((one) => spent.includes(one) || rests(one, now))) ??
      choose((one) => tried.includes(one)) ??
      choose((one) => spent.includes(one));
    return {
      target,
      untried: target !== undefined && !tried.includes(target),
      restMs: target === undefined ? 0 : Math.max(0, target.state.restingUntil - now),
    };
  }

  /** All have had their turn: they may have another one. */
  private newRound(choose: () => TargetPlan | undefined): TargetPlan | undefined {
    this.roundStart = this.targets.length;
    return choose();
  }
}
