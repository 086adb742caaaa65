import type { AttemptOutcome } from "../../../runtime/failover/failure";
import { ExchangeHistory } from "../../../runtime/failover/history";
import { isPrefilled, isPrefillRefused } from "../../../runtime/failover/prefill";
import type { ResumePoint } from "../../../runtime/codecs/stream-reader";
import { policyOf, targetOf, type Standing } from "./support";

const [a, b] = [targetOf(0, {}, 0), targetOf(1, {}, 0)];
const POINT: ResumePoint = { id: "x", text: "so far", usage: undefined, prefilled: false };

test.each<[AttemptOutcome, number, boolean]>([
  ["status", 401, true],
  ["status", 403, true],
  ["status", 404, true],
  ["status", 400, false],
  ["status", 429, false],
  ["status", 500, false],
  ["context_length", 404, false],
  ["internal", 403, false],
  ["connect", 0, false],
])("%s %i: the target would refuse again: %s", (outcome, status, isSpent) => {
  const history = new ExchangeHistory();
  history.failed({ target: a, outcome, status }, undefined);
  expect(history.spent).toEqual(isSpent ? [a] : []);
});

test("what one exchange spends is of no matter to another", () => {
  new ExchangeHistory().spend(a);
  expect(new ExchangeHistory().spent).toEqual([]);
});

test("a stream that broke: where it can go on is told anew by each break, and that content was relayed stays", () => {
  const history = new ExchangeHistory();
  const cut = { target: a, outcome: "cut", status: 200 } as const;
  history.failed({ target: a, outcome: "connect", status: 0 }, undefined);
  expect([history.relayed, history.resume]).toEqual([false, undefined]);
  history.failed(cut, { resume: POINT });
  expect([history.relayed, history.resume]).toEqual([true, POINT]);
  history.failed({ target: b, outcome: "connect", status: 0 }, undefined);
  expect([history.relayed, history.resume]).toEqual([true, POINT]);
  history.failed(cut, { resume: undefined });
  expect([history.relayed, history.resume]).toEqual([true, undefined]);
});

test("attempts that follow are counted by what they are", () => {
  const history = new ExchangeHistory();
  history.asked(a);
  expect(history.goesOn("same_target", a, "status")).toBe(true);
  history.asked(a);
  expect(history.goesOn("same_target", a, "status")).toBe(true);
  expect([history.sameTargetRepeats, history.repeats, history.movedForLength]).toEqual([2, 2, false]);
  history.asked(a);
  expect(history.goesOn("next_target", b, "context_length")).toBe(false);
  expect([history.sameTargetRepeats, history.repeats, history.movedForLength]).toEqual([0, 2, true]);
  history.asked(b);
  expect(history.goesOn("repeat", a, "connect")).toBe(true);
  expect([history.sameTargetRepeats, history.repeats, history.movedForLength]).toEqual([0, 3, true]);
  expect(history.tried).toEqual([a, a, a, b]);
});

describe("text so far", () => {
  const prefilling: Standing = { prefill: true };
  const target = targetOf(0, prefilling, 0);
  const prefill = policyOf({ resume: "prefill" });

  function broken(): ExchangeHistory {
    const history = new ExchangeHistory();
    history.failed({ target: b, outcome: "cut", status: 200 }, { resume: POINT });
    return history;
  }

  test("is given to a provider that continues it, once a stream broke, if the policy says so, until it is refused", () => {
    const history = broken();
    expect(isPrefilled(history, target, prefill)).toBe(true);
    expect(isPrefilled(new ExchangeHistory(), target, prefill)).toBe(false);
    expect(isPrefilled(history, a, prefill)).toBe(false);
    expect(isPrefilled(history, target, policyOf({ resume: "restart" }))).toBe(false);
    history.spend(target);
    expect(isPrefilled(history, target, prefill)).toBe(false);
  });

  test.each([
    [0, false],
    [200, false],
    [399, false],
    [400, true],
    [422, true],
    [429, false],
    [499, true],
    [500, false],
  ])("%i refuses it: %s", (status, isRefused) => {
    expect(isPrefillRefused(broken(), { target, outcome: "status", status }, prefill)).toBe(isRefused);
    expect(isPrefillRefused(new ExchangeHistory(), { target, outcome: "status", status }, prefill)).toBe(false);
  });

  test("401, 403 and 404 refuse more than that", () => {
    const history = broken();
    const forbidden = { target, outcome: "status", status: 403 } as const;
    history.failed(forbidden, undefined);
    expect(isPrefillRefused(history, forbidden, prefill)).toBe(false);
  });

  test.each<[AttemptOutcome, boolean]>([
    ["context_length", true],
    ["read_timeout", true],
    ["deadline", false],
    ["draining", false],
    ["internal", false],
  ])("a 400 that ends with %s refuses it: %s", (outcome, isRefused) => {
    expect(isPrefillRefused(broken(), { target, outcome, status: 400 }, prefill)).toBe(isRefused);
  });
});
