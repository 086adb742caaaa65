import { EventEmitter } from "node:events";
import { superviseSignals } from "../../cli/signals";

function supervised() {
  const source = new EventEmitter();
  const codes: number[] = [];
  return { source, codes, signals: superviseSignals(source, (code) => void codes.push(code)) };
}

test.each([
  ["SIGTERM", "drain"],
  ["SIGINT", "quick"],
])("%s: %s", async (signal, ending) => {
  const { source, codes, signals } = supervised();
  source.emit(signal);
  await expect(signals.first).resolves.toBe(ending);
  expect(codes).toEqual([]);
});

test("a second signal ends at once, with its own exit code", async () => {
  const { source, codes, signals } = supervised();
  source.emit("SIGTERM");
  source.emit("SIGTERM");
  source.emit("SIGINT");
  expect(codes).toEqual([143, 130]);
  await expect(signals.first).resolves.toBe("drain");
});

test("a signal before anybody waits for one is not lost", async () => {
  const { source, signals } = supervised();
  source.emit("SIGINT");
  await new Promise((resolve) => setImmediate(resolve));
  await expect(signals.first).resolves.toBe("quick");
});

test("ignored signals do nothing, and are still listened to", async () => {
  const { source, codes, signals } = supervised();
  signals.ignore();
  source.emit("SIGTERM");
  source.emit("SIGTERM");
  expect(codes).toEqual([]);
  expect(source.listenerCount("SIGTERM")).toBe(1);
  await expect(Promise.race([signals.first, new Promise((resolve) => setImmediate(resolve, "none"))])).resolves.toBe("none");
});

test("dispose takes all listeners off", () => {
  const { source, signals } = supervised();
  signals.dispose();
  expect(source.eventNames()).toEqual([]);
});
