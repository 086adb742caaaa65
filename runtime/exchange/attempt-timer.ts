import type { Clock, Timer } from "../clock";
import type { FailureClass } from "../failover/failure";

/** Limits of one attempt, in milliseconds. */
export interface AttemptLimits {
  /** Until the request begins to be written: name look-up, connection, TLS, and the wait for a free connection. Kong `balancer.connect_timeout`. */
  readonly connectMs: number;
  /** Between two pieces of the request, and between two pieces that the client takes. Kong `balancer.write_timeout`. */
  readonly writeMs: number;
  /** Between two pieces of the answer, its head included. Kong `balancer.read_timeout`. */
  readonly readMs: number;
  /** Until the first content of a stream; undefined = no limit of its own. `extensions.first_token_timeout`. */
  readonly firstTokenMs: number | undefined;
}

/** What an attempt waits for. */
export type Phase = "connect" | "write" | "read";

const FAILURE: Readonly<Record<Phase, FailureClass>> = { connect: "connect", write: "write_timeout", read: "read_timeout" };

/** Hears of a limit that passed. */
export interface TimedAttempt {
  timedOut(failure: FailureClass, phase: Phase | "first_token", limitMs: number): void;
}

/**
 * The clock of one attempt: one limit at a time for what it waits for, as nginx has it, and one until the first content. All of it stops while the
 * upstream is held back for a slow client.
 */
export class AttemptTimer {
  private phase: Phase = "connect";
  private timer: Timer | undefined;
  private timerMs = 0;
  private firstToken: Timer | undefined;
  private paused = false;

  constructor(
    private readonly clock: Clock,
    private readonly limits: AttemptLimits,
    private readonly attempt: TimedAttempt,
  ) {}

  /** The attempt begins. */
  start(stream: boolean): void {
    this.enter("connect");
    const { firstTokenMs } = this.limits;
    if (stream && firstTokenMs !== undefined) this.firstToken = this.clock.start(firstTokenPassed, firstTokenMs, this);
  }

  /** The attempt waits for something else now, with a limit of its own. */
  enter(phase: Phase): void {
    this.phase = phase;
    const milliseconds = this.limits[`${phase}Ms`];
    if (this.timer !== undefined && this.timerMs === milliseconds) {
      this.timer.refresh();
      return;
    }
    if (this.timer !== undefined) this.clock.cancel(this.timer);
    this.timerMs = milliseconds;
    this.timer = this.clock.start(limitPassed, milliseconds, this);
  }

  /** Something came: the limit runs anew. */
  progressed(): void {
    this.timer?.refresh();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.timer?.refresh();
  }

  gotContent(): void {
    if (this.firstToken === undefined) return;
    this.clock.cancel(this.firstToken);
    this.firstToken = undefined;
  }

  stop(): void {
    this.gotContent();
    if (this.timer !== undefined) this.clock.cancel(this.timer);
    this.timer = undefined;
  }

  limitPassed(): void {
    if (this.paused) this.timer?.refresh();
    else this.attempt.timedOut(FAILURE[this.phase], this.phase, this.timerMs);
  }

  firstTokenPassed(): void {
    this.attempt.timedOut("first_token_timeout", "first_token", this.limits.firstTokenMs ?? 0);
  }
}

const limitPassed = (timer: AttemptTimer): void => timer.limitPassed();
const firstTokenPassed = (timer: AttemptTimer): void => timer.firstTokenPassed();
