/** A timer of a clock; it may be started anew. */
export interface Timer {
  /** Runs the full time again from now on. */
  refresh(): unknown;
}

/** Time, given from outside, so that decisions and whole exchanges can be tested on a clock that a test moves. */
export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Milliseconds since 1970, for dates in headers only. */
  date(): number;
  /** Calls `action` with `argument` after so many milliseconds. The owner cancels it. */
  start<T>(action: (argument: T) => void, milliseconds: number, argument: T): Timer;
  /** Cancels a timer; one that has run or was cancelled is left alone. */
  cancel(timer: Timer): void;
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  start: (action, milliseconds, argument) => setTimeout(action, milliseconds, argument),
  cancel: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
