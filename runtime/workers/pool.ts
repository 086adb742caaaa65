import { StartFailure, type Answers, type FromWorker, type Question, type ToWorker } from "./messages";
import { QuestionBook } from "./questions";
import { mayRespawn, recentCrashes, type RespawnLimit } from "./respawn";
import type { GatewayStatus } from "../status";
import type { ConnectionTaker } from "./acceptor";
import { combineStatuses, NOT_STARTED } from "./status";

/** One worker process as the pool sees it. */
export interface WorkerProcess extends ConnectionTaker {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  kill(): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, when the process is gone. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
}

/** The part of an acceptor that a pool deals with. */
export interface ConnectionSource {
  add(worker: ConnectionTaker): void;
  taken(worker: ConnectionTaker): void;
  remove(worker: ConnectionTaker): void;
}

export interface PoolOptions {
  /** Number of workers. */
  readonly count: number;
  readonly fork: () => WorkerProcess;
  /** Hands connections to the workers that serve. */
  readonly acceptor: ConnectionSource;
  readonly limit: RespawnLimit;
  /** Time that workers have to end by themselves after `drain`, in milliseconds; then they are killed. */
  readonly drainMs: number;
  /** Time that workers have to end by themselves after `stop`, in milliseconds. Default: 2000. */
  readonly stopMs?: number;
  /** Time that workers have to answer a question, in milliseconds. Default: 1000. */
  readonly answerMs?: number;
  /** Time before a replacement that could not start is tried again, in milliseconds. Default: 1000. */
  readonly retryMs?: number;
  /** Told about each worker that ended unasked. */
  readonly onCrash?: (text: string) => void;
  readonly now?: () => number;
}

/** What workers answered to a question. */
export interface Answered<T> {
  /** By the number of the worker; a worker that replaces another has a number of its own. */
  readonly answers: ReadonlyMap<number, T>;
  /** Numbers of all workers that serve now, those included that did not answer in time. */
  readonly alive: ReadonlySet<number>;
  /** How many workers there are to be. */
  readonly expected: number;
}

interface Member {
  readonly number: number;
  readonly process: WorkerProcess;
  status: GatewayStatus;
  hasStarted: boolean;
  /** Why it could not start. */
  failure?: string;
}

/** Keeps a number of worker processes running, replaces those that crash, and ends them together. */
export class WorkerPool {
  readonly #members = new Set<Member>();
  readonly #now: () => number;
  readonly #questions: QuestionBook<Member>;
  #crashes: readonly number[] = [];
  #spawned = 0;
  #isEnding = false;
  #draining = false;
  #settleStart: ((failure?: StartFailure) => void) | undefined;
  readonly #empty: Promise<void>;
  #reportEmpty: () => void = () => undefined;
  #reportCollapse: (reason: string) => void = () => undefined;
  /** Resolves with the reason when workers crash so often that the pool gave up; the rest is stopped by then. */
  readonly collapsed: Promise<string>;

  constructor(private readonly options: PoolOptions) {
    this.#now = options.now ?? Date.now;
    this.#questions = new QuestionBook(options.answerMs ?? 1000);
    this.#empty = new Promise((resolve) => (this.#reportEmpty = resolve));
    this.collapsed = new Promise((resolve) => (this.#reportCollapse = resolve));
  }

  /** What all workers together report. */
  status(): GatewayStatus {
    const combined = combineStatuses(
      [...this.#members].map((member) => member.status),
      this.options.count,
    );
    return this.#draining ? { ...combined, ready: false, draining: true } : combined;
  }

  /**
   * Starts all workers and waits until each serves.
   * @throws StartFailure where one cannot; the others are ended then.
   */
  async start(): Promise<void> {
    const failure = await new Promise<StartFailure | undefined>((resolve) => {
      this.#settleStart = resolve;
      for (let index = 0; index < this.options.count; index++) this.#spawn();
    });
    this.#settleStart = undefined;
    if (failure === undefined) return;
    await this.stop();
    throw failure;
  }

  /** Asks all workers that serve; those that do not answer in time are left out. */
  async ask<K extends Question["kind"]>(question: Question & { readonly kind: K }): Promise<Answered<Answers[K]>> {
    const answers = await this.#questions.ask(this.#serving(), ({ process }, id) => {
      process.send({ signalbox: "ask", id, question });
    });
    return {
      answers: new Map([...answers].map(([{ number }, answer]) => [number, answer as Answers[K]])),
      alive: new Set(this.#serving().map(({ number }) => number)),
      expected: this.options.count,
    };
  }

  /** Lets all workers finish what is open; resolves when all are gone. */
  drain(): Promise<void> {
    this.#draining = true;
    return this.#end("drain", this.options.drainMs);
  }

  /** Ends all workers at once; resolves when all are gone. */
  stop(): Promise<void> {
    this.#draining = true;
    return this.#end("stop", this.options.stopMs ?? 2000);
  }

  async #end(how: "drain" | "stop", patienceMs: number): Promise<void> {
    this.#isEnding = true;
    const members = [...this.#members];
    if (members.length === 0) return;
    for (const member of members) member.process.send({ signalbox: how });
    const timer = setTimeout(() => {
      for (const member of this.#members) member.process.kill();
    }, patienceMs);
    await this.#empty;
    clearTimeout(timer);
  }

  #serving(): Member[] {
    return [...this.#members].filter(({ hasStarted }) => hasStarted);
  }

  #spawn(): void {
    const member: Member = { number: ++this.#spawned, process: this.options.fork(), status: NOT_STARTED, hasStarted: false };
    this.#members.add(member);
    member.process.onMessage((message) => {
      this.#hear(member, message);
    });
    member.process.onExit((code, signal) => {
      this.#lose(member, signal ?? `exit code ${code ?? "unknown"}`);
    });
  }

  #hear(member: Member, message: FromWorker): void {
    if (message.signalbox === "failed") {
      member.failure = message.failure.message;
      this.#settleStart?.(new StartFailure(message.failure));
      return;
    }
    if (message.signalbox === "answer") {
      this.#questions.answered(member, message.id, message.answer);
      return;
    }
    if (message.signalbox === "taken") {
      this.options.acceptor.taken(member.process);
      return;
    }
    member.status = message.status;
    if (message.signalbox !== "started") return;
    member.hasStarted = true;
    this.options.acceptor.add(member.process);
    const members = [...this.#members];
    if (members.length === this.options.count && members.every(({ hasStarted }) => hasStarted)) this.#settleStart?.();
  }

  #lose(member: Member, how: string): void {
    this.#members.delete(member);
    this.#questions.gone(member);
    this.options.acceptor.remove(member.process);
    if (this.#isEnding) {
      if (this.#members.size === 0) this.#reportEmpty();
      return;
    }
    const name = `worker ${member.process.pid ?? "without a process id"} ended by itself (${member.failure ?? how})`;
    if (this.#settleStart !== undefined) {
      this.#settleStart(new StartFailure({ message: `A ${name} before it served.`, problems: [] }));
      return;
    }
    this.options.onCrash?.(name);
    // such as a file that was refused while the others serve what they had: that is no reason to end them
    if (member.failure !== undefined && this.#serving().length > 0) this.#respawnLater();
    else this.#respawn();
  }

  #respawn(): void {
    const now = this.#now();
    this.#crashes = recentCrashes([...this.#crashes, now], now, this.options.limit);
    if (mayRespawn(this.#crashes, now, this.options.limit)) {
      this.#spawn();
      return;
    }
    const reason = `${this.#crashes.length} workers crashed within ${this.options.limit.withinMs / 1000} s`;
    void this.stop().then(() => {
      this.#reportCollapse(reason);
    });
  }

  #respawnLater(): void {
    setTimeout(() => {
      if (!this.#isEnding) this.#spawn();
    }, this.options.retryMs ?? 1000).unref();
  }
}
