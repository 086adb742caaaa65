import { EventEmitter } from "node:events";
import { superviseSignals } from "../../cli/signals";

function supervised() {
  const source = new EventEmitter();
  const log: string[] = [];
  let finish: () => void = () => undefined;
  const end = (name: string) => () => {
    log.push(name);
    return new Promise<void>((resolve) => (finish = resolve));
  };
  const signals = superviseSignals(source, { drain: end("drain"), quick: end("quick"), exit: (code) => void log.push(`exit ${code}`) });
  return { source, log, signals, finish: () => finish() };
}

test.each([
  ["SIGTERM", "drain"],
  ["SIGINT", "quick"],
])("%s: %s", async (signal, ending) => {
  const { source, log, signals, finish } = supervised();
  source.emit(signal);
  expect(log).toEqual([ending]);
  finish();
  await expect(signals.stopped).resolves.toBeUndefined();
});

test("a second signal ends at once, with its own exit code", () => {
  const { source, log } = supervised();
  source.emit("SIGTERM");
  source.emit("SIGTERM");
  source.emit("SIGINT");
  expect(log).toEqual(["drain", "exit 143", "exit 130"]);
});

test("dispose takes all listeners off", () => {
  const { source, signals } = supervised();
  signals.dispose();
  expect(source.eventNames()).toEqual([]);
});

test("an ending that fails is an error of the whole", async () => {
  const source = new EventEmitter();
  const fail = (): Promise<void> => Promise.reject(new Error("stuck"));
  const { stopped } = superviseSignals(source, { drain: fail, quick: fail, exit: () => undefined });
  source.emit("SIGINT");
  await expect(stopped).rejects.toThrow("stuck");
});
