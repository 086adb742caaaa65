/** What is larger than this is read in slices, so that no reading holds the event loop; nothing larger is given to a parser that takes it at once. */
export const LARGE_BYTES = 256 * 1024;

/** Bytes that one slice reads: a millisecond or two at most, whatever they are. */
export const SLICE_BYTES = 64 * 1024;

/** Work that is done piece by piece. */
export interface Sliced {
  /**
   * Does a bounded part of the work.
   * @returns whether all is done
   */
  step(): boolean;
}

/**
 * Does one step in each turn of the event loop, the first in the next turn. Calls `done` after the last step, or `failed` with whatever a step or `done`
 * threw.
 * @returns stops it: nothing is called any more
 */
export function inSlices(work: Sliced, done: () => void, failed: (cause: unknown) => void): () => void {
  let next: NodeJS.Immediate | undefined = setImmediate(turn);
  function turn(): void {
    next = undefined;
    try {
      if (work.step()) done();
      else next = setImmediate(turn);
    } catch (cause) {
      failed(cause);
    }
  }
  return () => {
    if (next !== undefined) clearImmediate(next);
    next = undefined;
  };
}
