/** Where signals come from: the process. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  off(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
}

/** How to end; a promise resolves when all is closed. */
export interface Endings {
  /** SIGTERM: open requests finish. */
  drain(): Promise<void>;
  /** SIGINT: as `drain`, but within a moment. */
  quick(): Promise<void>;
  /** A second signal: ends the process at once with this code (128 + the signal's number). */
  exit(code: number): void;
}

const NUMBERS = { SIGTERM: 15, SIGINT: 2 } as const;

/** Waits for a signal and ends the right way. `stopped` resolves when that is done; `dispose` takes the listeners off. */
export function superviseSignals(source: SignalSource, endings: Endings): { readonly stopped: Promise<void>; dispose(): void } {
  let isEnding = false;
  let listeners: (() => void)[] = [];
  const stopped = new Promise<void>((resolve, reject) => {
    const listen = (signal: keyof typeof NUMBERS, end: () => Promise<void>): void => {
      const listener = (): void => {
        if (isEnding) {
          endings.exit(128 + NUMBERS[signal]);
          return;
        }
        isEnding = true;
        end().then(resolve, reject);
      };
      source.on(signal, listener);
      listeners.push(() => source.off(signal, listener));
    };
    listen("SIGTERM", () => endings.drain());
    listen("SIGINT", () => endings.quick());
  });
  return {
    stopped,
    dispose: () => {
      for (const off of listeners) off();
      listeners = [];
    },
  };
}
