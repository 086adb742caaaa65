import type { BreakerVerdict } from "../failover/count";
import type { Breaker, BreakerTicket } from "../targets/breaker";

/**
 * The circuit breaker's ticket of the attempt under way. That of a probe is kept over a wait if the attempt is repeated at the same target: the repetition
 * belongs to the probe (docs/behaviour.md "Failover").
 */
export class HeldTicket {
  private breaker: Breaker | undefined;
  private ticket: BreakerTicket | undefined;
  private kept = false;

  /** Whether a probe waits for its repetition. */
  get isKept(): boolean {
    return this.kept;
  }

  /** Whether the attempt under way is a probe. */
  get isProbe(): boolean {
    return this.ticket?.probe === true;
  }

  /** An attempt begins; the repetition of a probe goes on with its ticket. */
  begin(breaker: Breaker, now: number): void {
    if (!this.kept) this.ticket = breaker.begin(now);
    this.breaker = breaker;
    this.kept = false;
  }

  /** The target of a probe is well; the attempt may still go on. */
  probed(now: number): void {
    if (this.ticket?.probe === true) this.breaker?.succeeded(this.ticket, now);
  }

  /** The attempt is to be repeated at the same target; of no effect once it is settled. */
  keep(): void {
    this.kept = this.ticket !== undefined;
  }

  /** The attempt has ended; of no effect if that was told before. */
  settle(verdict: BreakerVerdict, now: number): void {
    const { ticket } = this;
    if (ticket === undefined) return;
    this.ticket = undefined;
    this.kept = false;
    this.breaker?.[verdict](ticket, now);
  }

  /** Nothing follows: a probe whose repetition never came says nothing. */
  release(now: number): void {
    if (this.kept) this.settle("released", now);
  }
}
