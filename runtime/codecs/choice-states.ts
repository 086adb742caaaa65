/** Choices that are told apart; those with a higher index, or with none that can be one, share the last place. */
const MAX_CHOICES = 256;

const OPEN = 1;
const CLOSED = 2;

/** Which choices of a stream have begun and which have finished. */
export class ChoiceStates {
  /** Of the first choice, which nearly always is the only one: an array for each stream would cost more than all that is noted in it. */
  private first = 0;
  /** Of all others. */
  private places: Uint8Array | undefined;
  private open = 0;
  private closed = 0;

  /** Whether at least one choice began, and each that did has finished. */
  get allFinished(): boolean {
    return this.open === 0 && this.closed > 0;
  }

  /**
   * Whether as many choices as the client asked for have finished, and no other is open. A choice may begin when another has finished already.
   * @param asked at least 1
   */
  isComplete(asked: number): boolean {
    return this.allFinished && this.closed >= Math.min(asked, MAX_CHOICES);
  }

  /** Takes part of a choice; a choice without an index is the first. */
  note(index: unknown, finished: boolean): void {
    const place =
      index == null ? 0 : Number.isInteger(index) && (index as number) >= 0 ? Math.min(index as number, MAX_CHOICES - 1) : MAX_CHOICES - 1;
    const state = this.stateOf(place);
    if (state === CLOSED || (state === OPEN && !finished)) return;
    if (state === OPEN) this.open--;
    if (finished) this.closed++;
    else this.open++;
    const now = finished ? CLOSED : OPEN;
    if (place === 0) this.first = now;
    else (this.places ??= new Uint8Array(MAX_CHOICES))[place] = now;
  }

  /** Takes what was noted elsewhere. */
  add(other: ChoiceStates): void {
    if (other.first !== 0) this.note(0, other.first === CLOSED);
    other.places?.forEach((state, place) => {
      if (state !== 0) this.note(place, state === CLOSED);
    });
  }

  private stateOf(place: number): number {
    return place === 0 ? this.first : (this.places?.[place] ?? 0);
  }
}
