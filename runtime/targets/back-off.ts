const FIRST_MS = 100;
const LONGEST_MS = 2000;

/**
 * Milliseconds to wait before a tried target is asked again: anything up to min(100 ms × 2^k, 2 s), so that requests that failed together do not come
 * back together (docs/behaviour.md "Failover").
 * @param k repeats so far, 0 for the first
 * @param random uniform in 0..1, 1 excluded
 */
export const backOffMs = (k: number, random: () => number): number => random() * Math.min(FIRST_MS * 2 ** k, LONGEST_MS);
