import type { Clock, Timer } from "../clock";
import type { FailureClass } from "../failover/failure";
import { QueuedWait } from "./queued-wait";
import type { WaitQueues } from "./wait-queues";
import type { AttemptLimits } from "../upstream/limits";

/** What an attempt waits for. */
export type Phase = "connect" | "write" | "read";

const FAILURE: Readonly<Record<Phase, FailureClass>> = { connect: "connect", write: "write_timeout", read: "read_timeout" };

const LIMIT = { connect: "connectMs", write: "writeMs", read: "readMs" } as const satisfies Record<Phase, keyof AttemptLimits>;

/** Hears of a limit that passed. */
export interface TimedAttempt {
  timedOut(failure: FailureClass, phase: Phase | "first_token", limitMs: number): void;
}

/**
 * The clock of one attempt: one limit at a time for what it waits for, as nginx has it, and one until the first content. All of it stops while the
 * upstream is held back for a slow client.
 */
export class AttemptTimer extends QueuedWait {
  private phase: Phase = "connect";
  /** When the running limit began. Progress only moves it; the queue looks once, and then what is left is waited for. */
  private since = 0;
  private limitMs = 0;
  private firstToken: Timer | undefined = undefined;
  /** Since when the upstream is held back; undefined if it is not. */
  private pausedAt: number | undefined = undefined;
  private held = 0;

  constructor(
    clock: Clock,
    queues: WaitQueues,
    private readonly limits: AttemptLimits,
    private readonly attempt: TimedAttempt,
  ) {
    super(clock, queues);
  }

  /** Whether the upstream is held back now. */
  get isHeld(): boolean {
    return this.pausedAt !== undefined;
  }

  /** When something came last, or the upstream was let go on, on the clock. */
  get progressAt(): number {
    return this.since;
  }

  /** For how long the upstream has been held back so far, in milliseconds. */
  get heldMs(): number {
    return this.held + (this.pausedAt === undefined ? 0 : this.clock.now() - this.pausedAt);
  }

  /** The attempt begins. */
  start(stream: boolean): void {
    this.enter("connect");
    const { firstTokenMs } = this.limits;
    if (stream && firstTokenMs !== undefined) this.firstToken = this.clock.start(firstTokenPassed, firstTokenMs, this);
  }

  /** The attempt waits for something else now, with a limit of its own. */
  enter(phase: Phase): void {
    this.phase = phase;
    this.since = this.clock.now();
    const milliseconds = this.limits[LIMIT[phase]];
    if (milliseconds === this.limitMs) return;
    this.leave();
    this.limitMs = milliseconds;
    this.wait(milliseconds, this.since);
  }

  /** Something came: the limit runs anew. */
  progressed(): void {
    this.since = this.clock.now();
  }

  pause(): void {
    this.pausedAt ??= this.clock.now();
  }

  resume(): void {
    this.since = this.clock.now();
    if (this.pausedAt === undefined) return;
    this.held += this.since - this.pausedAt;
    this.pausedAt = undefined;
  }

  gotContent(): void {
    if (this.firstToken === undefined) return;
    this.clock.cancel(this.firstToken);
    this.firstToken = undefined;
  }

  stop(): void {
    this.gotContent();
    this.leave();
  }

  protected override looked(now: number): void {
    if (this.pausedAt !== undefined) this.since = now;
    const left = this.since + this.limitMs - now;
    if (left >= 1) this.waitRest(left);
    else this.attempt.timedOut(FAILURE[this.phase], this.phase, this.limitMs);
  }

  firstTokenPassed(): void {
    this.attempt.timedOut("first_token_timeout", "first_token", this.limits.firstTokenMs ?? 0);
  }
}

const firstTokenPassed = (timer: AttemptTimer): void => timer.firstTokenPassed();
