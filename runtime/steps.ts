import { setImmediate } from "node:timers/promises";

/** How long work may go on before other events have their turn, in milliseconds. */
const SLICE_MS = 8;

/** Long work that pauses after each step and gives a result at its end. It is done in parts or at once. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does the work in parts, so that requests are served in between. @throws whatever the work throws */
export async function inSteps<T>(work: Steps<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await setImmediate();
  }
}

/** Does the work at once. @throws whatever the work throws */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
