import { LinkedList, type Linked } from "../linked-list";
import type { TargetState } from "../targets/state";

/** A call that waits for one of a target's connections; the links belong to the slots. */
export interface Caller extends Linked<Caller> {
  /** It has a slot now and begins. Must not throw. */
  admitted(): void;
}

/**
 * The connections of one target, counted: a call holds one from its start until the HTTP client has done with it, and further calls wait here in the
 * order in which they came. Nothing is handed to a client that is busy: what stands in its queue cannot be taken back, and keeps its body alive.
 */
export class Slots {
  private taken = 0;
  private readonly callers = new LinkedList<Caller>();
  private admitting = false;

  constructor(
    private readonly state: TargetState,
    /** Connections at most (`extensions.max_connections`); a reload may change it. */
    public limit: number,
  ) {}

  /** Calls that wait. */
  get waiting(): number {
    return this.callers.size;
  }

  /** Whether a call could begin now. */
  get isFree(): boolean {
    return this.taken < this.limit && this.callers.size === 0;
  }

  /** Takes a slot; false if all are taken. */
  take(): boolean {
    if (this.taken >= this.limit) return false;
    this.taken++;
    return true;
  }

  /** The call waits until it is admitted or leaves. */
  wait(caller: Caller): void {
    this.callers.add(caller);
    this.state.waiting = this.callers.size;
  }

  /** A waiting call is given up. */
  leave(caller: Caller): void {
    this.callers.remove(caller);
    this.state.waiting = this.callers.size;
  }

  /** A call is over: its slot goes to whoever has waited longest. */
  give(): void {
    this.taken--;
    // a call that fails at once gives its slot back while it is admitted; the loop below takes notice
    if (this.admitting) return;
    this.admitting = true;
    for (let { oldest } = this.callers; oldest !== undefined && this.taken < this.limit; oldest = this.callers.oldest) {
      this.leave(oldest);
      this.taken++;
      oldest.admitted();
    }
    this.admitting = false;
  }
}
