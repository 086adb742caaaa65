import { adminOfPool } from "../../../runtime/workers/admin";
import { StartFailure, type Answers, type FromWorker, type Question, type ToWorker } from "../../../runtime/workers/messages";
import type { ConnectionTaker } from "../../../runtime/workers/acceptor";
import { WorkerPool, type ConnectionSource, type PoolOptions, type WorkerProcess } from "../../../runtime/workers/pool";
import { fullStatusOf, type GatewayStatus } from "../../../runtime/status";

const served: GatewayStatus = { ready: true, draining: false, configuration: { state: "served", digest: "a" } };

class FakeWorker implements WorkerProcess {
  readonly received: ToWorker["signalbox"][] = [];
  killed = false;
  /** What it answers to a question; undefined where it is too busy for any. */
  answer: ((question: Question) => Answers[keyof Answers] | undefined) | undefined;
  private hear: (message: FromWorker) => void = () => undefined;
  private end: (code: number | null, signal: string | null) => void = () => undefined;

  constructor(
    readonly pid: number,
    private readonly obedient: boolean,
  ) {}

  send(message: ToWorker): void {
    this.received.push(message.signalbox);
    if (message.signalbox === "ask") {
      const answer = this.answer?.(message.question);
      if (this.answer !== undefined) this.tell({ signalbox: "answer", id: message.id, ...(answer !== undefined && { answer }) });
      return;
    }
    if (this.obedient) this.exit(0, null);
  }
  sendConnection(): void {
    throw new Error("the pool hands out no connections");
  }
  kill(): void {
    this.killed = true;
    this.exit(null, "SIGKILL");
  }
  onMessage(listener: (message: FromWorker) => void): void {
    this.hear = listener;
  }
  onExit(listener: (code: number | null, signal: string | null) => void): void {
    this.end = listener;
  }
  tell(message: FromWorker): void {
    this.hear(message);
  }
  started(): void {
    this.tell({ signalbox: "started", status: served });
  }
  exit(code: number | null, signal: string | null): void {
    queueMicrotask(() => {
      this.end(code, signal);
    });
  }
}

function pool(options: Partial<PoolOptions> & { obedient?: boolean } = {}) {
  const workers: FakeWorker[] = [];
  const crashes: string[] = [];
  const taking: string[] = [];
  const acceptor = Object.fromEntries(
    ["add", "taken", "remove"].map((what) => [what, (worker: ConnectionTaker) => taking.push(`${what} ${(worker as WorkerProcess).pid}`)]),
  ) as unknown as ConnectionSource;
  const made = new WorkerPool({
    acceptor,
    count: 2,
    limit: { crashes: 2, withinMs: 1000 },
    drainMs: 10_000,
    fork: () => {
      const worker = new FakeWorker(workers.length + 1, options.obedient ?? true);
      workers.push(worker);
      return worker;
    },
    onCrash: (text) => crashes.push(text),
    now: () => 0,
    ...options,
  });
  return { pool: made, workers, crashes, taking };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function startedPool(options: Parameters<typeof pool>[0] = {}) {
  const parts = pool(options);
  const start = parts.pool.start();
  for (const worker of parts.workers) worker.started();
  await start;
  return parts;
}

test("is ready when every worker serves", async () => {
  const { pool: made, workers } = pool();
  const start = made.start();
  expect(made.status()).toMatchObject({ ready: false, configuration: { state: "none" } });
  workers[0]!.started();
  expect(made.status().ready).toBe(false);
  workers[1]!.started();
  await start;
  expect(made.status()).toEqual(served);
});

test("a refused reload of one worker shows", async () => {
  const { pool: made, workers } = await startedPool();
  workers[1]!.tell({
    signalbox: "status",
    status: { ready: true, draining: false, configuration: { state: "refused", reason: "bad", digest: "a" } },
  });
  expect(made.status()).toEqual({ ready: true, draining: false, configuration: { state: "refused", reason: "bad", digest: "a" } });
});

test("a worker that cannot start ends the others and is told", async () => {
  const { pool: made, workers } = pool();
  const start = made.start();
  workers[0]!.tell({ signalbox: "failed", failure: { message: "no", problems: [{ severity: "error", path: ["a"], message: "m" }] } });
  await expect(start).rejects.toBeInstanceOf(StartFailure);
  expect(workers.map((worker) => worker.received)).toEqual([["stop"], ["stop"]]);
});

test("a worker that dies before it served is a failed start", async () => {
  const { pool: made, workers } = pool();
  const start = made.start();
  workers[0]!.exit(1, null);
  await expect(start).rejects.toThrow("exit code 1");
  expect(workers).toHaveLength(2);
});

test("a crashed worker is replaced, and until then the pool is not ready", async () => {
  const { pool: made, workers, crashes } = await startedPool();
  workers[0]!.exit(null, "SIGSEGV");
  await turn();
  expect(crashes).toEqual(["worker 1 ended by itself (SIGSEGV)"]);
  expect(workers).toHaveLength(3);
  expect(made.status().ready).toBe(false);
  workers[2]!.started();
  expect(made.status().ready).toBe(true);
});

test("the acceptor hears of each worker that serves, takes a connection or is gone", async () => {
  const { workers, taking } = await startedPool();
  workers[1]!.tell({ signalbox: "taken" });
  workers[0]!.exit(1, null);
  await turn();
  expect(taking).toEqual(["add 1", "add 2", "taken 2", "remove 1"]);
});

test("a replacement that cannot start is tried again while others serve, however often", async () => {
  const { pool: made, workers, crashes } = await startedPool({ retryMs: 0 });
  workers[0]!.exit(null, "SIGSEGV");
  await turn();
  for (let count = 2; count < 8; count++) {
    expect(workers).toHaveLength(count + 1);
    workers[count]!.tell({ signalbox: "failed", failure: { message: "the file is refused", problems: [] } });
    workers[count]!.exit(1, null);
    while (workers.length === count + 1) await turn();
  }
  expect(crashes.at(-1)).toBe("worker 8 ended by itself (the file is refused)");
  workers.at(-1)!.started();
  expect(made.status().ready).toBe(true);
});

test("too many crashes end the pool", async () => {
  const { pool: made, workers } = await startedPool();
  for (const index of [0, 2, 3]) {
    workers[index]!.exit(1, null);
    await turn();
  }
  await expect(made.collapsed).resolves.toContain("3 workers crashed within 1 s");
  expect(workers).toHaveLength(4);
  expect(workers[1]!.received).toEqual(["stop"]);
});

test("a drain is not ready at once and ends every worker", async () => {
  const { pool: made, workers } = await startedPool();
  const drained = made.drain();
  expect(made.status()).toMatchObject({ ready: false, draining: true });
  await drained;
  expect(workers.map((worker) => worker.received)).toEqual([["drain"], ["drain"]]);
  await expect(made.drain()).resolves.toBeUndefined();
});

test("a worker that does not end by itself is killed", async () => {
  const { pool: made, workers } = await startedPool({ obedient: false, drainMs: 20 });
  await made.drain();
  expect(workers.map((worker) => worker.killed)).toEqual([true, true]);
});

test("stop cuts a drain short", async () => {
  const { pool: made, workers } = await startedPool({ obedient: false, stopMs: 20 });
  const drained = made.drain();
  await made.stop();
  await drained;
  expect(workers.map((worker) => worker.received)).toEqual([
    ["drain", "stop"],
    ["drain", "stop"],
  ]);
});

describe("questions", () => {
  const REQUESTS = { name: "signalbox_requests_total", help: "h", type: "counter", aggregator: "sum" };
  const counted = (value: number) => [{ ...REQUESTS, values: [{ labels: { route: "chat" }, value }] }];

  test("all workers are asked, and what they answer is told apart", async () => {
    const { pool: made, workers } = await startedPool();
    workers[0]!.answer = () => true;
    workers[1]!.answer = () => false;
    expect(await made.ask({ kind: "score", requestId: "r", score: 1 })).toEqual({
      answers: new Map([
        [1, true],
        [2, false],
      ]),
      alive: new Set([1, 2]),
      expected: 2,
    });
  });

  test("a worker that is busy, crashes or did not start yet is left out", async () => {
    const { pool: made, workers } = await startedPool({ answerMs: 50 });
    workers[0]!.answer = () => true;
    expect((await made.ask({ kind: "score", requestId: "r", score: 1 })).answers).toEqual(new Map([[1, true]]));
    const asked = made.ask({ kind: "score", requestId: "r", score: 1 });
    workers[1]!.exit(1, null);
    expect(await asked).toEqual({ answers: new Map([[1, true]]), alive: new Set([1]), expected: 2 });
    expect(workers[2]!.received).toEqual([]);
  });

  test("the admin port sums metrics and statuses, and hands scores to all", async () => {
    const { pool: made, workers } = await startedPool({ answerMs: 50 });
    const plugins = [{ plugin: "global", routes: [], algorithm: "priority", targets: [] }];
    workers.forEach((worker, index) => {
      worker.answer = ({ kind }) =>
        kind === "metrics" ? counted(index + 1) : kind === "status" ? fullStatusOf(served, plugins) : index === 1;
    });
    const admin = adminOfPool(made);
    expect(admin.status()).toEqual(served);
    expect(await admin.metrics()).toContain('signalbox_requests_total{route="chat"} 3\n');
    expect(await admin.fullStatus()).toEqual({ version: 1, ...served, workers: { expected: 2, answered: 2 }, plugins });
    expect(await admin.score("r", 1)).toBe(true);
    workers[1]!.answer = undefined;
    expect(await admin.score("r", 1)).toBe(false);
    const metrics = await admin.metrics();
    expect(metrics).toContain('signalbox_workers{answered="false"} 1');
    expect(metrics).toContain('signalbox_requests_total{route="chat"} 3\n');
  });
});
