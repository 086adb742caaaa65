import { mayRespawn, recentCrashes, type RespawnLimit } from "../runtime/workers/respawn";

/** Where exceptions arrive that nothing caught: the process. A rejection that nothing handles arrives there too. */
export interface StrayErrorSource {
  on(event: "uncaughtException", listener: (error: unknown, origin: string) => void): unknown;
}

/**
 * How many stray exceptions a process survives. One may stand for one request, which must not end the others; many mean that its state cannot be
 * trusted any more.
 */
export const STRAY_ERROR_LIMIT: RespawnLimit = { crashes: 10, withinMs: 60_000 };

/**
 * The last resort for exceptions that belong to no exchange: each is reported, and the process goes on. The result resolves when there were more than
 * the limit allows, and the process is to end, so that it is replaced.
 *
 * @param report Where an exception is told; what it throws itself is dropped.
 */
export function surviveStrayErrors(
  source: StrayErrorSource,
  report: (error: unknown, origin: string) => void,
  limit: RespawnLimit = STRAY_ERROR_LIMIT,
  now: () => number = Date.now,
): Promise<void> {
  let errors: readonly number[] = [];
  return new Promise((resolve) => {
    source.on("uncaughtException", (error, origin) => {
      errors = recentCrashes([...errors, now()], now(), limit);
      if (!mayRespawn(errors, now(), limit)) resolve();
      try {
        report(error, origin);
      } catch {
        // an exception of the report would come back here without an end
      }
    });
  });
}

/** An exception with its stack, whatever was thrown. */
export function stackOf(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message;
  try {
    return String(error);
  } catch {
    return "a value that is no text";
  }
}
