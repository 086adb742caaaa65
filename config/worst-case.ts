import type { BalancerConfig } from "./types.generated";

/** What bounds the time of a request that has no `extensions.deadline`. */
export type WorstCaseSettings = Pick<BalancerConfig, "connect_timeout" | "read_timeout" | "retries" | "write_timeout">;

/** Longest time of one attempt until its first byte, in milliseconds: connect, write and wait, each just within its limit. */
export function attemptMs({ connect_timeout, read_timeout, write_timeout }: WorstCaseSettings): number {
  return connect_timeout + write_timeout + read_timeout;
}

/** Longest time until a request without a deadline is answered, in milliseconds, waits between attempts left out: every attempt fails at its limit. */
export function worstCaseMs(settings: WorstCaseSettings): number {
  return (settings.retries + 1) * attemptMs(settings);
}
