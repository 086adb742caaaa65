/** A member of the list; the links belong to the list. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * What is under way (exchanges, waits with a limit), as a list linked through its members.
 *
 * A Set would do the same job, but each time its table is made anew the old one keeps pointing to it: once an old table has lived long enough, all that
 * ever stood in its successors survives until the next full collection, and half the time of a loaded gateway goes into copying it.
 */
export class LinkedList<T extends Linked<T>> {
  private first: T | undefined;
  private last: T | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The member that was added longest ago. */
  get oldest(): T | undefined {
    return this.last;
  }

  add(member: T): void {
    member.next = this.first;
    if (this.first === undefined) this.last = member;
    else this.first.previous = member;
    this.first = member;
    this.count++;
  }

  /** The member must be in the list. Its links are cleared, so that it keeps nothing alive. */
  remove(member: T): void {
    const { previous, next } = member;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    member.previous = undefined;
    member.next = undefined;
    this.count--;
  }

  /** Calls `visit` for each member; it may remove the one that it is called with. */
  forEach(visit: (member: T) => void): void {
    let member = this.first;
    while (member !== undefined) {
      const { next } = member;
      visit(member);
      member = next;
    }
  }
}
