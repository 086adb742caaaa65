import fc from "fast-check";
import { Renewals, retryDelayMs, tokenTimes } from "../../../runtime/credentials/schedule";

const HOUR = 3_600_000;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("times of a token", () => {
  test.each<[string, number, number | undefined, number, number, number]>([
    ["an hour", HOUR, undefined, HOUR - 30_000, HOUR * 0.72, HOUR * 0.8],
    ["a minute", 60_000, undefined, 54_000, 43_200, 48_000],
    ["a second is refreshed no sooner than after a second", 1_000, undefined, 900, 1_000, 1_000],
    ["a month counts as a day", 30 * 24 * HOUR, undefined, 24 * HOUR - 30_000, 24 * HOUR * 0.72, 24 * HOUR * 0.8],
    ["the service's own wish", HOUR, HOUR / 2, HOUR - 30_000, (HOUR / 2) * 0.9, HOUR / 2],
    ["a wish beyond the end", HOUR, 2 * HOUR, HOUR - 30_000, HOUR * 0.72, HOUR * 0.8],
  ])("%s", (_what, lifeMs, refreshInMs, goodMs, earliest, latest) => {
    const at = (random: number) => tokenTimes({ lifeMs, refreshInMs }, () => random);
    expect(at(0).goodMs).toBeCloseTo(goodMs, 6);
    expect(at(0).refreshMs).toBeCloseTo(earliest, 6);
    expect(at(0.999_999_999).refreshMs).toBeCloseTo(latest, 0);
  });

  test("whatever a service says, a token is refreshed ahead of its end, but for one that hardly lives", () => {
    const positive = fc.double({ min: 0.001, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(positive, fc.option(positive, { nil: undefined }), chance, (lifeMs, refreshInMs, random) => {
        const { goodMs, refreshMs } = tokenTimes({ lifeMs, refreshInMs }, () => random);
        expect(goodMs).toBeGreaterThan(0);
        expect(goodMs).toBeLessThanOrEqual(Math.min(lifeMs, 24 * HOUR));
        expect(refreshMs).toBeGreaterThanOrEqual(1_000);
        expect(refreshMs).toBeLessThan(2 ** 31);
        if (lifeMs > 2_000) expect(refreshMs).toBeLessThan(goodMs);
      }),
    );
  });
});

describe("the wait after a failure", () => {
  test.each<[number, number, number]>([
    [1, 250, 500],
    [2, 500, 1_000],
    [5, 4_000, 8_000],
    [8, 30_000, 60_000],
    [1_000_000, 30_000, 60_000],
  ])("failure %d: from %d to %d ms", (failures, least, most) => {
    expect(retryDelayMs(failures, undefined, () => 0)).toBe(least);
    expect(retryDelayMs(failures, undefined, () => 0.999_999)).toBeCloseTo(most, 0);
  });

  test("a service's Retry-After is kept to, up to a minute", () => {
    expect(retryDelayMs(1, 7_000, () => 0)).toBe(7_000);
    expect(retryDelayMs(1, 1e9, () => 0)).toBe(60_000);
    expect(retryDelayMs(8, 10, () => 0)).toBe(30_000);
  });

  test("is never longer than a minute nor shorter than a quarter of a second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.option(fc.nat(), { nil: undefined }), chance, (failures, retryAfterMs, random) => {
        const delay = retryDelayMs(failures, retryAfterMs, () => random);
        expect(delay).toBeGreaterThanOrEqual(250);
        expect(delay).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});

test("refused tokens bring about five refreshes at once, and one more for each half minute", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60_000), { maxLength: 300 }), (waits) => {
      const renewals = new Renewals();
      const taken: number[] = [];
      let now = 0;
      for (const wait of waits) {
        now += wait;
        if (renewals.take(now)) taken.push(now);
      }
      for (const [index, from] of taken.entries()) {
        const inTime = taken.slice(index).filter((at) => at - from < 30_000 * 10);
        expect(inTime.length).toBeLessThanOrEqual(5 + 10);
      }
    }),
  );
});

test("after a rest all five are there again", () => {
  const renewals = new Renewals();
  const burst = (now: number) => Array.from({ length: 8 }, () => renewals.take(now)).filter(Boolean).length;
  expect([burst(0), burst(10_000), burst(31_000), burst(1_000_000)]).toEqual([5, 0, 1, 5]);
});
