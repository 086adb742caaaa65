import type { Change } from "./summary";

/** More changes than these are counted, not told. */
const MOST = 1_000;

/** Takes up changes, as many as anybody could read, and counts the rest. */
export class Rows {
  readonly changes: Change[] = [];
  omitted = 0;

  /** Adds a change; it is only made where it is kept. */
  add(make: () => Change): void {
    if (this.changes.length < MOST) this.changes.push(make());
    else this.omitted += 1;
  }

  /** Whether anything changes. */
  get any(): boolean {
    return this.changes.length + this.omitted > 0;
  }
}
