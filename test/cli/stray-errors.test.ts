import { EventEmitter } from "node:events";
import { stackOf, surviveStrayErrors } from "../../cli/stray-errors";

const LIMIT = { crashes: 2, withinMs: 1000 };

function surviving(report: (error: unknown, origin: string) => void = () => undefined) {
  const source = new EventEmitter();
  const clock = { now: 0 };
  let isExceeded = false;
  void surviveStrayErrors(source, report, LIMIT, () => clock.now).then(() => (isExceeded = true));
  const fail = async (...thrown: unknown[]): Promise<boolean> => {
    source.emit("uncaughtException", thrown[0], "uncaughtException");
    await new Promise((resolve) => setImmediate(resolve));
    return isExceeded;
  };
  return { fail, clock };
}

test("each is reported with where it arrived, whatever was thrown", async () => {
  const reported: unknown[] = [];
  const { fail } = surviving((...given) => reported.push(given));
  await fail("text");
  await fail(undefined);
  expect(reported).toEqual([
    ["text", "uncaughtException"],
    [undefined, "uncaughtException"],
  ]);
});

test("as many as the limit within its time are survived, one more is not", async () => {
  const { fail } = surviving();
  expect([await fail(), await fail(), await fail()]).toEqual([false, false, true]);
});

test("those before the limit's time do not count", async () => {
  const { fail, clock } = surviving();
  for (let count = 0; count < 20; count++) {
    clock.now += 600;
    expect(await fail()).toBe(false);
  }
});

test("a report that fails is not an exception of its own", async () => {
  const { fail } = surviving(() => {
    throw new Error("of the report");
  });
  expect(await fail()).toBe(false);
});

test.each<[unknown, RegExp]>([
  [new Error("why"), /^Error: why\n\s+at /],
  ["text", /^text$/],
  [undefined, /^undefined$/],
  [Object.create(null), /^a value that is no text$/],
])("the stack of %s", (error, expected) => {
  expect(stackOf(error)).toMatch(expected);
});
