import { EventEmitter } from "node:events";
import { fullStatusOf, type GatewayStatus } from "../../../runtime/status";
import { StartFailure, type FromWorker } from "../../../runtime/workers/messages";
import { runWorker, type Channel, type RunningGateway } from "../../../runtime/workers/worker";

const served: GatewayStatus = { ready: true, draining: false, configuration: { state: "served" } };

class FakeChannel extends EventEmitter implements Channel {
  readonly sent: FromWorker[] = [];
  send(message: FromWorker): void {
    this.sent.push(message);
  }
}

function gateway(drained: Promise<void> = Promise.resolve()) {
  const log: string[] = [];
  const running: RunningGateway = {
    port: 4000,
    status: () => served,
    fullStatus: () => fullStatusOf(served, []),
    metrics: () => Promise.resolve([]),
    score: () => false,
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
    { signalbox: "started", port: 4000, status: served },
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
