import { setTimeout as sleep } from "node:timers/promises";

/** Tries until a result is true; resolves to the milliseconds that it took. Throws after the deadline, with the last error where there was one. */
export async function until(what: string, deadlineMs: number, attempt: () => Promise<boolean> | boolean): Promise<number> {
  const began = Date.now();
  let last: unknown;
  for (;;) {
    try {
      if (await attempt()) return Date.now() - began;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() - began > deadlineMs) throw new Error(`${what}: not within ${deadlineMs} ms.`, { cause: last });
    await sleep(25);
  }
}
