/** How often workers may crash before the whole gateway gives up. */
export interface RespawnLimit {
  readonly crashes: number;
  readonly withinMs: number;
}

/** Crashes that still count: those within the window that ends at `now`. */
export function recentCrashes(crashes: readonly number[], now: number, limit: RespawnLimit): readonly number[] {
  return crashes.filter((at) => now - at < limit.withinMs);
}

/** Whether a worker that has just crashed is replaced; `crashes` holds the times of all recent ones, this one included. */
export function mayRespawn(crashes: readonly number[], now: number, limit: RespawnLimit): boolean {
  return recentCrashes(crashes, now, limit).length <= limit.crashes;
}
