import fc from "fast-check";
import { setImmediate as turn } from "node:timers/promises";
import { Waiters } from "../../../runtime/credentials/waiters";

/** What became of a waiter. */
async function ends(promise: Promise<string>): Promise<string> {
  try {
    return await promise;
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const turns = async (count: number): Promise<void> => {
  for (let done = 0; done < count; done++) await turn();
};

test("all get the value, in the order in which they came, and never more than 32 in one turn", async () => {
  const waiters = new Waiters<string>();
  const order: number[] = [];
  for (let index = 0; index < 1_000; index++) void waiters.add(new AbortController().signal).then(() => order.push(index));
  expect(waiters.size).toBe(1_000);
  waiters.release("token");
  let before = 0;
  for (let count = 0; order.length < 1_000 && count < 200; count++) {
    await turn();
    expect(order.length - before).toBeLessThanOrEqual(64);
    before = order.length;
  }
  expect(order).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  expect(waiters.size).toBe(0);
});

test("one that gives up leaves at once, also while others go on already", async () => {
  const waiters = new Waiters<string>();
  const controllers = Array.from({ length: 100 }, () => new AbortController());
  const ended = controllers.map((controller) => ends(waiters.add(controller.signal)));
  controllers[3]?.abort(new Error("gone"));
  expect(waiters.size).toBe(99);
  waiters.release("token");
  controllers[99]?.abort(new Error("gone too"));
  const results = await Promise.all(ended);
  expect(results.filter((result) => result === "token")).toHaveLength(98);
  expect([results[3], results[99]]).toEqual(["failed: gone", "failed: gone too"]);
});

test("a signal that was aborted before waits for nothing, and one that aborts later changes nothing", async () => {
  const waiters = new Waiters<string>();
  expect(await ends(waiters.add(AbortSignal.abort(new Error("gone"))))).toBe("failed: gone");
  expect(waiters.size).toBe(0);
  const late = new AbortController();
  const ended = ends(waiters.add(late.signal));
  waiters.release("token");
  late.abort();
  expect(await ended).toBe("token");
});

test("whatever comes in whatever order, each waiter hears exactly one thing", async () => {
  type Step = { readonly kind: "add" | "release" | "fail" } | { readonly kind: "abort"; readonly index: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>({ kind: "add" }) },
    { weight: 2, arbitrary: fc.nat(60).map((index): Step => ({ kind: "abort", index })) },
    fc.constant<Step>({ kind: "release" }),
    fc.constant<Step>({ kind: "fail" }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const waiters = new Waiters<string>();
      const controllers: AbortController[] = [];
      const heard: number[] = [];
      let waiting = 0;
      for (const one of steps) {
        if (one.kind === "add") {
          const controller = new AbortController();
          const index = controllers.push(controller) - 1;
          heard.push(0);
          const hear = (): void => {
            heard[index]!++;
          };
          waiters.add(controller.signal).then(hear, hear);
        } else if (one.kind === "abort") controllers[one.index]?.abort();
        else if (one.kind === "release") waiters.release("token");
        else waiters.fail(new Error("none"));
      }
      waiting = waiters.size;
      waiters.release("token");
      await turns(10);
      expect(waiting).toBeLessThanOrEqual(controllers.length);
      expect(heard).toEqual(controllers.map(() => 1));
    }),
    { numRuns: 50 },
  );
});
