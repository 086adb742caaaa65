import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import { fullStatusOf, type GatewayStatus } from "../../../runtime/status";
import { StartFailure, type FromWorker, type Question } from "../../../runtime/workers/messages";
import { runWorker, type Channel, type WorkerGateway } from "../../../runtime/workers/worker";

const served: GatewayStatus = { ready: true, draining: false, configuration: { state: "served" } };

class FakeChannel extends EventEmitter implements Channel {
  readonly sent: FromWorker[] = [];
  send(message: FromWorker): void {
    this.sent.push(message);
  }
}

const connection = new Socket();
afterAll(() => connection.destroy());

function gateway(drained: Promise<void> = Promise.resolve()) {
  const log: string[] = [];
  const running: WorkerGateway = {
    status: () => served,
    fullStatus: () => fullStatusOf(served, []),
    metrics: () => Promise.resolve([]),
    score: (requestId, score) => {
      log.push(`${requestId} ${score}`);
      return requestId === "known";
    },
    accept: (socket) => {
      log.push(`accept ${socket === connection ? "the connection" : "another"}`);
    },
    drain: () => {
      log.push("drain");
      return drained;
    },
    close: () => {
      log.push("close");
      return Promise.resolve();
    },
  };
  return { running, log };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([
  ["drain", ["drain", "close"]],
  ["stop", ["close"]],
])("reports its start and its changes, and ends when told to %s", async (how, expected) => {
  const channel = new FakeChannel();
  const { running, log } = gateway();
  let report: (status: GatewayStatus) => void = () => undefined;
  const ended = runWorker((onStatusChange) => {
    report = onStatusChange;
    return Promise.resolve(running);
  }, channel);
  await turn();
  report({ ...served, ready: false });
  expect(channel.sent).toEqual([
    { signalbox: "started", status: served },
    { signalbox: "status", status: { ...served, ready: false } },
  ]);
  channel.emit("message", { other: "library" });
  channel.emit("message", { signalbox: how });
  expect(await ended).toBe(0);
  expect(log).toEqual(expected);
});

test("drains when the primary is gone", async () => {
  const channel = new FakeChannel();
  const { running, log } = gateway();
  const ended = runWorker(() => Promise.resolve(running), channel);
  channel.emit("disconnect");
  expect(await ended).toBe(0);
  expect(log).toEqual(["drain", "close"]);
});

test("stop cuts a drain short", async () => {
  const channel = new FakeChannel();
  const { running, log } = gateway(new Promise(() => undefined));
  const ended = runWorker(() => Promise.resolve(running), channel);
  channel.emit("message", { signalbox: "drain" });
  await turn();
  channel.emit("message", { signalbox: "stop" });
  expect(await ended).toBe(0);
  expect(log).toEqual(["drain", "close"]);
});

test.each<[Error, FromWorker]>([
  [new Error("taken"), { signalbox: "failed", failure: { message: "taken", problems: [] } }],
  [
    new StartFailure({ message: "bad", problems: [{ severity: "error", path: [], message: "m" }] }),
    { signalbox: "failed", failure: { message: "bad", problems: [{ severity: "error", path: [], message: "m" }] } },
  ],
])("a start that fails is told: %s", async (error, message) => {
  const channel = new FakeChannel();
  expect(await runWorker(() => Promise.reject(error), channel)).toBe(1);
  expect(channel.sent).toEqual([message]);
});

const questions = [
  { kind: "metrics" },
  { kind: "status" },
  { kind: "score", requestId: "known", score: 9 },
  { kind: "score", requestId: "unknown", score: 9 },
] as const satisfies readonly Question[];

test("answers questions under their id, while it serves and while it drains", async () => {
  const channel = new FakeChannel();
  const { running, log } = gateway(new Promise(() => undefined));
  void runWorker(() => Promise.resolve(running), channel);
  await turn();
  channel.sent.length = 0;
  questions.forEach((question, index) => channel.emit("message", { signalbox: "ask", id: index + 1, question }));
  await turn();
  channel.emit("message", { signalbox: "drain" });
  await turn();
  channel.emit("message", { signalbox: "ask", id: 9, question: questions[1] });
  await turn();
  const answers = channel.sent.filter(({ signalbox }) => signalbox === "answer");
  expect(answers).toHaveLength(5);
  expect(answers).toEqual(
    expect.arrayContaining([
      { signalbox: "answer", id: 1, answer: [] },
      { signalbox: "answer", id: 2, answer: fullStatusOf(served, []) },
      { signalbox: "answer", id: 3, answer: true },
      { signalbox: "answer", id: 4, answer: false },
      { signalbox: "answer", id: 9, answer: fullStatusOf(served, []) },
    ]),
  );
  expect(log).toEqual(["known 9", "unknown 9", "drain"]);
});

test("a question before it serves, and one whose answer fails, gets none", async () => {
  const channel = new FakeChannel();
  const { running } = gateway();
  let start: (one: WorkerGateway) => void = () => undefined;
  void runWorker(() => new Promise((resolve) => (start = resolve)), channel);
  channel.emit("message", { signalbox: "ask", id: 1, question: questions[0] });
  await turn();
  start({ ...running, metrics: () => Promise.reject(new Error("no")) });
  await turn();
  channel.emit("message", { signalbox: "ask", id: 2, question: questions[0] });
  await turn();
  expect(channel.sent.filter(({ signalbox }) => signalbox === "answer")).toEqual([
    { signalbox: "answer", id: 1 },
    { signalbox: "answer", id: 2 },
  ]);
});

test("takes connections that the primary accepted, and says so; one that ended on the way comes without a handle", async () => {
  const channel = new FakeChannel();
  const { running, log } = gateway();
  void runWorker(() => Promise.resolve(running), channel);
  await turn();
  channel.emit("message", { signalbox: "connection" }, connection);
  channel.emit("message", { signalbox: "connection" }, undefined);
  expect(log).toEqual(["accept the connection"]);
  expect(channel.sent.slice(1)).toEqual([{ signalbox: "taken" }, { signalbox: "taken" }]);
});
