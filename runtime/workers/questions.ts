interface Open<M> {
  /** Those whose answer is still waited for. */
  readonly waiting: Set<M>;
  readonly answers: Map<M, unknown>;
  finish(): void;
}

/** Questions under way: brings answers that come one by one, late or never together. */
export class QuestionBook<M> {
  private readonly open = new Map<number, Open<M>>();
  private lastId = 0;

  /** `patienceMs`: after this time a question ends with the answers that are there. */
  constructor(private readonly patienceMs: number) {}

  /** Asks all of `members`; `send` brings the question to one of them under the id that its answer is to carry. */
  ask(members: readonly M[], send: (member: M, id: number) => void): Promise<ReadonlyMap<M, unknown>> {
    if (members.length === 0) return Promise.resolve(new Map());
    const id = ++this.lastId;
    return new Promise((resolve) => {
      const answers = new Map<M, unknown>();
      const finish = (): void => {
        clearTimeout(timer);
        this.open.delete(id);
        resolve(answers);
      };
      const timer = setTimeout(finish, this.patienceMs);
      this.open.set(id, { waiting: new Set(members), answers, finish });
      for (const member of members) send(member, id);
    });
  }

  /** An answer came, undefined where the member has none; one that nobody waits for any more is left alone. */
  answered(member: M, id: number, answer: unknown): void {
    const question = this.open.get(id);
    if (question?.waiting.delete(member) !== true) return;
    if (answer !== undefined) question.answers.set(member, answer);
    if (question.waiting.size === 0) question.finish();
  }

  /** A member is gone and answers nothing any more. */
  gone(member: M): void {
    for (const id of [...this.open.keys()]) this.answered(member, id, undefined);
  }
}
