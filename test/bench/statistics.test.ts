import { counts, median, summarize, type Round } from "../../bench/statistics";

const round = (members: Partial<Round>): Round => ({ requests: 4000, seconds: 2, errors: 0, p50: 1, p99: 3, core: 0.99, ...members });

describe("median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 100], 3],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is NaN", () => {
    expect(median([])).toBeNaN();
  });
});

describe("counts", () => {
  it.each([
    ["a full core without errors", {}, true],
    ["exactly the least part of a core", { core: 0.95 }, true],
    ["an idle core", { core: 0.94 }, false],
    ["one error", { errors: 1 }, false],
  ])("%s: %j is %s", (_, members, expected) => {
    expect(counts(round(members))).toBe(expected);
  });
});

describe("summarize", () => {
  it("takes the medians of the rounds that count alone", () => {
    const summary = summarize([
      round({ requests: 2000 }),
      round({ requests: 6000, p99: 9 }),
      round({ requests: 4000 }),
      round({ requests: 90_000, core: 0.5 }),
    ]);
    expect(summary).toMatchObject({ counted: 3, rounds: 4, reliable: true, requestsPerSecond: 2000, p99: 3 });
    expect(summary.microseconds).toBeCloseTo(495);
  });

  it("falls back to all rounds, marked as unreliable, where none counts", () => {
    expect(summarize([round({ core: 0.5 })])).toMatchObject({ counted: 0, rounds: 1, reliable: false, requestsPerSecond: 2000 });
  });
});
