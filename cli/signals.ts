/** Where signals come from: the process. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  off(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
}

/** How a signal wants the process to end: "drain" (SIGTERM) lets open requests finish, "quick" (SIGINT) gives them a moment. */
export type Ending = "drain" | "quick";

/** Signals that are listened to. */
export interface Signals {
  /** Resolves at the first signal. */
  readonly first: Promise<Ending>;
  /** From now on signals do nothing: another process decides when this one ends. */
  ignore(): void;
  /** Takes the listeners off: signals end the process as they do by default. */
  dispose(): void;
}

const SIGNALS = [
  ["SIGTERM", "drain", 15],
  ["SIGINT", "quick", 2],
] as const;

/**
 * Listens to signals from now on. Begun before anything that takes time, so that no signal meets a process without a listener.
 *
 * @param exit A second signal ends the process at once with this code (128 + the signal's number).
 */
export function superviseSignals(source: SignalSource, exit: (code: number) => void): Signals {
  let isEnding = false;
  let isIgnored = false;
  const listeners: (() => void)[] = [];
  const first = new Promise<Ending>((resolve) => {
    for (const [signal, ending, number] of SIGNALS) {
      const listener = (): void => {
        if (isIgnored) return;
        if (isEnding) exit(128 + number);
        isEnding = true;
        resolve(ending);
      };
      source.on(signal, listener);
      listeners.push(() => source.off(signal, listener));
    }
  });
  return {
    first,
    ignore: () => (isIgnored = true),
    dispose: () => {
      for (const off of listeners.splice(0)) off();
    },
  };
}
