import { fc } from "../../support/properties";
import { RetryBudget } from "../../../runtime/targets/retry-budget";

const budget = (ratio = 0.2, minRequestsPerMinute = 100): RetryBudget => new RetryBudget({ ratio, minRequestsPerMinute });

function requests(of: RetryBudget, count: number, now: number): void {
  for (let one = 0; one < count; one++) of.request(now);
}

test("below the minimum nothing is limited", () => {
  const one = budget();
  requests(one, 99, 0);
  for (let repeat = 0; repeat < 500; repeat++) {
    expect(one.mayRepeat(0)).toBe(true);
    one.repeated(0);
  }
});

test("from the minimum on repeats are at most the ratio", () => {
  const one = budget();
  requests(one, 100, 0);
  let repeats = 0;
  while (one.mayRepeat(0)) {
    one.repeated(0);
    repeats++;
  }
  expect(repeats).toBe(20);
});

test("a minute later all is forgotten", () => {
  const one = budget();
  requests(one, 100, 0);
  for (let repeat = 0; repeat < 20; repeat++) one.repeated(0);
  expect(one.mayRepeat(59_999)).toBe(false);
  expect(one.mayRepeat(60_000)).toBe(true);
});

test("ratio 0 allows none, minimum 0 limits from the first request on, and settings may change", () => {
  const one = budget(0, 0);
  requests(one, 10, 0);
  expect(one.mayRepeat(0)).toBe(false);
  one.settings = { ratio: 0.1, minRequestsPerMinute: 0 };
  expect(one.mayRepeat(0)).toBe(true);
});

test("property: no repeat is granted beyond the ratio of the last minute's requests, exact to a second", () => {
  const step = fc.record({ wait: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 90_000 })), isRepeat: fc.boolean() });
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 30 }),
      fc.array(step, { maxLength: 300 }),
      (ratio, minimum, steps) => {
        const one = budget(ratio, minimum);
        const seen = { requests: [] as number[], repeats: [] as number[] };
        let now = 0;
        for (const { wait, isRepeat } of steps) {
          now += wait;
          const second = Math.floor(now / 1000);
          const last = (times: number[]): number => times.filter((at) => second - Math.floor(at / 1000) < 60).length;
          if (!isRepeat) {
            one.request(now);
            seen.requests.push(now);
            continue;
          }
          const known = last(seen.requests);
          expect(one.mayRepeat(now)).toBe(known < minimum || last(seen.repeats) + 1 <= ratio * known);
          if (!one.mayRepeat(now)) continue;
          one.repeated(now);
          seen.repeats.push(now);
        }
      },
    ),
  );
});
