const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/**
 * A wait before the k-th repetition, in milliseconds: full jitter up to min(100 ms × 2^k, 2 s) (semantics.md 17).
 * @param k counted from 0
 * @param random uniform in 0..1, 1 excluded
 */
export function backOffMs(k: number, random: () => number): number {
  return random() * Math.min(FIRST_MS * 2 ** k, LONGEST_MS);
}
