import type { TargetState } from "../targets/state";

/** Answers that can be scored at most; older ones are forgotten. */
const MAX_ANSWERS = 10_000;

/** Takes the score (1 to 100, 100 = best) of one answer. */
export type ScoreSink = (score: number, target: TargetState) => void;

interface Answer {
  readonly target: TargetState;
  readonly sink: ScoreSink;
}

/** The latest answers of plugins that balance by accuracy (`llm-accuracy`), so that a score can find the target that it belongs to. */
export class RecentAnswers {
  private readonly answers = new Map<string, Answer>();

  /** `limit`: answers kept at most. Default 10,000. */
  constructor(private readonly limit: number = MAX_ANSWERS) {}

  /** Notes the answer to a request; where the request is noted already, the later answer counts (a stream that went on at another target). */
  note(requestId: string, target: TargetState, sink: ScoreSink): void {
    this.answers.delete(requestId);
    this.answers.set(requestId, { target, sink });
    if (this.answers.size <= this.limit) return;
    // a map gives its keys in the order in which they were put in
    const [oldest] = this.answers.keys();
    if (oldest !== undefined) this.answers.delete(oldest);
  }

  /**
   * Hands a score on. An answer is scored once, so that a call that is repeated after a lost answer does not count twice.
   * @returns false where the answer is not known: never noted, scored before, or too old
   */
  score(requestId: string, score: number): boolean {
    const answer = this.answers.get(requestId);
    if (answer === undefined) return false;
    this.answers.delete(requestId);
    answer.sink(score, answer.target);
    return true;
  }
}
