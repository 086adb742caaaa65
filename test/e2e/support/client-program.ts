import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { withPatience } from "../../support/child-process";

/** What a client's program is to do. */
export interface Order {
  readonly action: "answer" | "tools" | "object" | "abort" | "embed";
  /** Base URL. */
  readonly url: string;
  readonly question: string;
  /** A data URL. */
  readonly image?: string;
  readonly effort?: string;
  readonly stream?: boolean;
  /** What is to be embedded. */
  readonly texts?: readonly string[];
}

/** What has come of it; each action tells some. */
export interface Outcome {
  readonly text?: string;
  /** Pieces of text in a stream. */
  readonly pieces?: number;
  readonly finish?: string;
  /** Tokens: input, output, total. */
  readonly usage?: readonly number[];
  readonly refusal?: string | null;
  /** Id and arguments of each call of a tool. */
  readonly calls?: readonly (readonly [string, unknown])[];
  /** Why each turn has finished. */
  readonly finishes?: readonly string[];
  readonly reasoning?: string | null;
  readonly object?: unknown;
  readonly vectors?: readonly (readonly number[])[];
  readonly thrown?: { readonly name: string; readonly message: string; readonly status?: number | null; readonly code?: string | null };
}

const PATIENCE_MS = 40_000;

/** A program that uses a client library, in a process of its own: it takes orders and tells outcomes, a line of JSON each. */
export class ClientProgram {
  private readonly lines: AsyncIterator<string>;
  private err = "";

  private constructor(
    private readonly child: ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream },
  ) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on("data", (text: Buffer) => (this.err += text.toString()));
  }

  static start(command: string, args: readonly string[]): ClientProgram {
    return new ClientProgram(spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] }));
  }

  async follow(order: Order): Promise<Outcome> {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    const line = await withPatience(PATIENCE_MS, this.lines.next(), () => `no outcome came; stderr:\n${this.err}`);
    if (line.done === true) throw new Error(`the program has ended; stderr:\n${this.err}`);
    return JSON.parse(line.value) as Outcome;
  }

  /** Ends the program, which does so by itself as soon as there are no more orders. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.stdin?.end();
    await withPatience(PATIENCE_MS, ended, () => `the program has not ended; stderr:\n${this.err}`).finally(() =>
      this.child.kill("SIGKILL"),
    );
  }
}
