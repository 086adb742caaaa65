import type { AttemptOutcome } from "../../../runtime/failover/failure";
import { ExchangeHistory } from "../../../runtime/failover/history";
import type { ResumePoint } from "../../../runtime/codecs/stream-reader";
import { targetOf } from "./support";

const [a, b] = [targetOf(0, {}, 0), targetOf(1, {}, 0)];
const POINT: ResumePoint = { id: "x", model: "m", text: "so far", usage: undefined };

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
