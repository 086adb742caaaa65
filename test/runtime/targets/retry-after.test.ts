import { anyCharacter, fc } from "../../support/properties";
import { backOffMs } from "../../../runtime/targets/back-off";
import { LONGEST_RETRY_AFTER_MS, retryAfterMs } from "../../../runtime/targets/retry-after";

const clock = { date: () => Date.UTC(2026, 10, 25, 12, 0, 0) };

const HEADERS: readonly (readonly [Record<string, string | string[] | undefined>, number | undefined])[] = [
  [{}, undefined],
  [{ "retry-after": undefined }, undefined],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "7" }, 7000],
  [{ "retry-after": " 7 " }, 7000],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after": "60" }, 60_000],
  [{ "retry-after": "61" }, 60_000],
  [{ "retry-after": "99999999999999999999" }, 60_000],
  [{ "retry-after": "9".repeat(500) }, undefined],
  [{ "retry-after": "-1" }, undefined],
  [{ "retry-after": "1e3" }, undefined],
  [{ "retry-after": "0x10" }, undefined],
  [{ "retry-after": "Infinity" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "in about 5" }, undefined],
  [{ "retry-after": ["3", "9"] }, 3000],
  [{ "retry-after": [] }, undefined],
  [{ "retry-after": "Wed, 25 Nov 2026 12:00:05 GMT" }, 5000],
  [{ "retry-after": "Wednesday, 25-Nov-26 12:00:05 GMT" }, 5000],
  [{ "retry-after": "Wed Nov 25 12:00:05 2026" }, 5000],
  [{ "retry-after": "Wed, 25 Nov 2026 11:59:59 GMT" }, 0],
  [{ "retry-after": "Fri, 25 Nov 2050 12:00:05 GMT" }, 60_000],
  [{ "retry-after": "Wed, 99 Nov 2026 12:00:05 GMT" }, undefined],
  [{ "retry-after": "2026-11-25T12:00:05Z" }, undefined],
  [{ "retry-after-ms": "250" }, 250],
  [{ "retry-after-ms": "250.5" }, 250.5],
  [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
  [{ "retry-after-ms": "-250", "retry-after": "9" }, 9000],
  [{ "retry-after-ms": "999999999" }, 60_000],
];

test.each(HEADERS)("%j waits %s ms", (headers, expected) => {
  expect(retryAfterMs(headers, clock)).toBe(expected);
});

test("property: never above 60 s, never negative, never throws", () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined));
  fc.assert(
    fc.property(value, value, fc.double({ noNaN: true, min: 0, max: 8.64e15 }), (retryAfter, inMs, date) => {
      const wait = retryAfterMs({ "retry-after": retryAfter, "retry-after-ms": inMs }, { date: () => date });
      if (wait === undefined) return;
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(LONGEST_RETRY_AFTER_MS);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [0, 100],
  [1, 200],
  [4, 1600],
  [5, 2000],
  [1000, 2000],
])("the back-off before repeat %i is up to %i ms", (k, most) => {
  expect([backOffMs(k, () => 0), backOffMs(k, () => 0.5)]).toEqual([0, most / 2]);
});

test("property: a back-off lies within its limits", () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (k, random) => {
      const wait = backOffMs(k, () => random);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(100 * 2 ** Math.min(k, 20), 2000));
    }),
  );
});
