import type { Manner } from "../codecs/resumption";
import type { ResumePoint } from "../codecs/stream-reader";
import type { TargetPlan } from "../targets/target-plan";
import type { Decision } from "./decide";
import type { AttemptOutcome } from "./failure";

/** What has happened in one exchange so far, as far as decisions depend on it. */
export interface History {
  /** The target of each attempt, in turn. */
  readonly tried: readonly TargetPlan[];
  /** Targets that would give the same refusal again. */
  readonly spent: readonly TargetPlan[];
  /** Targets that have been asked again with another credential, as they had refused the first. */
  readonly renewed: readonly TargetPlan[];
  /** Attempts before all had had their turn: a target is not asked twice in a round, so that repetitions go around instead of all to one. */
  readonly roundStart: number;
  /** Attempts at targets that had been asked before. */
  readonly repeats: number;
  /** How often the target asked last has been asked again at once, in a row. */
  readonly sameTargetRepeats: number;
  /** Whether the exchange moved on for its context length. */
  readonly movedForLength: boolean;
  /** Whether content has gone to the client. */
  readonly relayed: boolean;
  /** Where another answer can go on with what the client has; undefined if it has nothing, or if that cannot be continued. */
  readonly resume: ResumePoint | undefined;
}

/** A failed attempt, as the history takes it. */
export interface FailedAttempt {
  readonly target: TargetPlan;
  readonly outcome: AttemptOutcome;
  /** Status of the answer; 0 if none came. */
  readonly status: number;
  /** In which manner it was to go on with a stream that broke; undefined if there was none. */
  readonly resumes?: Manner["kind"] | undefined;
}

/** These say that a key or an address is wrong: the target would refuse again. */
const SPENDING: ReadonlySet<number> = new Set([401, 403, 404]);

const NONE: readonly TargetPlan[] = [];

/** Writes the history of one exchange. It judges nothing: `nextTarget` and `decide` do. */
export class ExchangeHistory implements History {
  readonly tried: TargetPlan[] = [];
  spent = NONE;
  renewed = NONE;
  roundStart = 0;
  repeats = 0;
  sameTargetRepeats = 0;
  movedForLength = false;
  relayed = false;
  resume: ResumePoint | undefined;

  /** An attempt at the target begins. */
  asked(target: TargetPlan): void {
    this.tried.push(target);
  }

  /**
   * The last attempt failed.
   * @param broken set if content had gone to the client before
   */
  failed({ target, outcome, status }: FailedAttempt, broken: { readonly resume: ResumePoint | undefined } | undefined): void {
    if (outcome === "status" && SPENDING.has(status)) this.spend(target);
    if (broken === undefined) return;
    this.relayed = true;
    this.resume = broken.resume;
  }

  /** The target would give the same refusal again. */
  spend(target: TargetPlan): void {
    this.spent = [...this.spent, target];
  }

  /** The target is asked again with another credential. */
  renew(target: TargetPlan): void {
    this.renewed = [...this.renewed, target];
  }

  /**
   * Another attempt is to follow a failed one.
   * @returns whether its target was asked before
   */
  goesOn(action: Decision["action"], target: TargetPlan, after: AttemptOutcome): boolean {
    if (after === "context_length") this.movedForLength = true;
    this.sameTargetRepeats = action === "same_target" ? this.sameTargetRepeats + 1 : 0;
    const isRepeat = this.tried.includes(target);
    if (isRepeat) this.repeats++;
    return isRepeat;
  }
}
