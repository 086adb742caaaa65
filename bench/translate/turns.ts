/** Times work against what it is compared with, both in turns, so that what disturbs the machine disturbs both. */
import { median } from "../statistics";

/** What is compared; each function does its work `times` times. */
export interface Comparison {
  readonly name: string;
  /** What one time is, for the table. */
  readonly unit: string;
  /** The most that the work may cost, in times of the base. */
  readonly goal: number;
  readonly work: (times: number) => void;
  readonly base: (times: number) => void;
}

/** The medians of all rounds. */
export interface Cost {
  readonly name: string;
  readonly unit: string;
  readonly goal: number;
  /** Microseconds. */
  readonly work: number;
  /** Microseconds. */
  readonly base: number;
  /** Median of the rounds' ratios. */
  readonly ratio: number;
}

/** How long one turn takes. Unit: milliseconds. */
const TURN_MS = 20;

/** Rounds that are run before any is counted, as code gets faster at first. */
const WARM_UP = 10;

function microseconds(run: (times: number) => void, times: number): number {
  const start = process.hrtime.bigint();
  run(times);
  return Number(process.hrtime.bigint() - start) / 1000 / times;
}

/** How many times fill a turn, with code that has been run often. */
function timesOf(run: (times: number) => void): number {
  run(2000);
  return Math.max(1, Math.round((TURN_MS * 1000) / microseconds(run, 500)));
}

export function compare({ name, unit, goal, work, base }: Comparison, rounds: number): Cost {
  const [workTimes, baseTimes] = [timesOf(work), timesOf(base)];
  const taken: { readonly work: number; readonly base: number }[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const one = { work: microseconds(work, workTimes), base: microseconds(base, baseTimes) };
    if (round >= 0) taken.push(one);
  }
  return {
    name,
    unit,
    goal,
    work: median(taken.map((one) => one.work)),
    base: median(taken.map((one) => one.base)),
    ratio: median(taken.map((one) => one.work / one.base)),
  };
}
