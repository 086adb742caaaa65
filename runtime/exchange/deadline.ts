import type { Clock, Timer } from "../clock";
import { GatewayError } from "../errors";

/** What a deadline ends. */
export interface DeadlineOwner {
  /** There is no more time. */
  abort(error: GatewayError): void;
  /** `abort` threw. */
  crashed(cause: unknown, ended: boolean): void;
}

/** `extensions.deadline` of one exchange: the limit of its whole time. */
export class Deadline {
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly owner: DeadlineOwner,
    private readonly limitMs: number,
    /** On the gateway's clock. */
    private readonly startedAt: number,
  ) {}

  start(): void {
    this.timer = this.clock.start(passed, Math.max(0, this.left(this.clock.now())), this);
  }

  /** Milliseconds that are left; negative if it has passed. */
  left(now: number): number {
    return this.limitMs - (now - this.startedAt);
  }

  passed(): void {
    this.timer = undefined;
    const text = `the request was not answered within extensions.deadline (${this.limitMs} ms)`;
    try {
      this.owner.abort(new GatewayError("deadline", text));
    } catch (error) {
      this.owner.crashed(error, true);
    }
  }

  stop(): void {
    if (this.timer !== undefined) this.clock.cancel(this.timer);
    this.timer = undefined;
  }
}

const passed = (deadline: Deadline): void => deadline.passed();
