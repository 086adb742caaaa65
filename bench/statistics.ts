/** Rounds in, one line of the table per subject out. */
import type { LoadResult } from "./load";

/** One round of one subject. */
export interface Round extends LoadResult {
  /** Part of its core that the measured process used, 0…1. */
  readonly core: number;
}

/** The medians of the rounds that count. */
export interface Summary {
  /** Rounds that count: no error, and the measured process used at least {@link fullCore} of its core. */
  readonly counted: number;
  readonly rounds: number;
  /** Whether the figures come from rounds that count; if none did, they come from all rounds and are a lower bound. */
  readonly reliable: boolean;
  readonly requestsPerSecond: number;
  /** Processor time of the measured process per request, in microseconds: comparable also where a round does not count. */
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly core: number;
}

/** A process that used less than this part of its core was held back by something else, so its speed says nothing. */
export const fullCore = 0.95;

/** Middle value, or the mean of the two in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

export const counts = (round: Round): boolean => round.errors === 0 && round.core >= fullCore;

export function summarize(rounds: readonly Round[]): Summary {
  const counted = rounds.filter(counts);
  const used = counted.length > 0 ? counted : rounds;
  const of = (read: (round: Round) => number): number => median(used.map(read));
  return {
    counted: counted.length,
    rounds: rounds.length,
    reliable: counted.length > 0,
    requestsPerSecond: of((round) => round.requests / round.seconds),
    microseconds: of((round) => (round.core * round.seconds * 1e6) / round.requests),
    p50: of((round) => round.p50),
    p99: of((round) => round.p99),
    core: of((round) => round.core),
  };
}
