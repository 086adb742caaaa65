import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";

/** Longest wait for anything that a process does, in milliseconds; a machine may be busy. */
const PATIENCE_MS = 40_000;

/** How a process ended: its exit code, or the signal that ended it. */
export type End = number | NodeJS.Signals;

/** A process of a test. Nothing that it is waited for waits without an end; what it wrote is in every error. */
export class TestProcess {
  #out = "";
  #err = "";
  readonly child: ChildProcess;
  readonly #ended: Promise<End>;

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    // what is not read would be held back, as a full pipe does
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#out += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#err += text));
    this.#ended = once(this.child, "close").then(([code, signal]) => (code ?? signal) as End);
    this.#ended.catch(() => undefined);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the process did not start");
    return this.child.pid;
  }

  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  /** Whether the process is there; one that a signal ended has no exit code. */
  get lives(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for the end. @throws Error if it does not come in time */
  async end(milliseconds = PATIENCE_MS): Promise<End> {
    return withPatience(milliseconds, this.#ended, () => `the process has not ended; ${this.#seen()}`);
  }

  /** Waits for what the process writes on either stream. @throws Error if it ends without it, or does not write it in time */
  async said(pattern: RegExp, milliseconds = PATIENCE_MS): Promise<RegExpExecArray> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const found = pattern.exec(this.#out) ?? pattern.exec(this.#err);
      if (found !== null) return found;
      if (!this.lives) throw new Error(`the process ended without ${String(pattern)}; ${this.#seen()}`);
      if (Date.now() > until) throw new Error(`the process did not say ${String(pattern)} in time; ${this.#seen()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends the process at once, if it is there, and waits until it is gone. */
  async destroy(): Promise<void> {
    if (this.lives) this.kill("SIGKILL");
    await this.end();
  }

  #seen(): string {
    const { exitCode, signalCode } = this.child;
    return `exit code ${exitCode ?? "none"}, signal ${signalCode ?? "none"}, stdout:\n${this.#out}\nstderr:\n${this.#err}`;
  }
}

/** Waits for something, but not longer than this. @throws Error that says what was seen */
export async function withPatience<T>(milliseconds: number, done: Promise<T>, seen: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`After ${milliseconds / 1000} s: ${seen()}`)), milliseconds).unref();
  });
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
