/** Tells when the process that started this one is gone. Core that is killed takes nobody along: its providers would stay for ever. */

/** What the watch needs from outside. */
export interface ParentWatchOptions {
  /** The parent as it was when the process started: it may be gone before the watch begins. */
  readonly parent: number;
  /** Process id of the parent at the time of the call; it changes when the parent dies. */
  readonly parentId: () => number;
  readonly everyMs: number;
  /** Called once. */
  readonly onGone: () => void;
}

/** Starts looking; the timer keeps no process alive. Returns what ends the watch. */
export function watchParent({ parent, parentId, everyMs, onGone }: ParentWatchOptions): () => void {
  const timer = setInterval(() => {
    if (parentId() === parent) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
