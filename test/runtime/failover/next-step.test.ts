import { FAILURES, type FailureClass } from "../../../runtime/failover/failure";
import { ExchangeHistory } from "../../../runtime/failover/history";
import { afterWait, nextStep, type Failed } from "../../../runtime/failover/next-step";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import { fc } from "../../support/properties";
import { choiceOf, policyOf, targetOf, type Standing } from "./support";

const NOW = 500;
const SAME = { retries: 1, on: new Set(["error", "http_429", "http_500"] as const), maxWaitMs: 2000 };
const RESUME = { id: undefined, model: undefined, text: "so far", usage: undefined };

const failedAt = (target: TargetPlan, more: Partial<Failed> = {}): Failed => ({
  target,
  failure: "status",
  status: 500,
  retryAfterMs: undefined,
  isProbe: false,
  partlySent: false,
  idempotent: false,
  backOffMs: 70,
  budgetLeft: true,
  millisecondsLeft: Infinity,
  ...more,
});

function asked(...targets: readonly TargetPlan[]): ExchangeHistory {
  const history = new ExchangeHistory();
  for (const target of targets) history.asked(target);
  return history;
}

function two(first: Standing = {}, second: Standing = {}): readonly [TargetPlan, TargetPlan] {
  return [targetOf(0, first, NOW), targetOf(1, second, NOW)];
}

test("the next target", () => {
  const [a, b] = two();
  const step = nextStep(asked(a), failedAt(a), choiceOf([a, b]), NOW, policyOf());
  expect(step).toEqual({ decision: { action: "next_target", waitMs: 0 }, target: b, roundStart: 0 });
});

test("the same target, if the policy says so", () => {
  const [a, b] = two();
  const step = nextStep(asked(a), failedAt(a), choiceOf([a, b]), NOW, policyOf({ sameTarget: SAME }));
  expect(step).toEqual({ decision: { action: "same_target", waitMs: 70 }, target: a, roundStart: 0 });
});

test("… as often as it says", () => {
  const [a, b] = two();
  const history = asked(a);
  history.goesOn("same_target", a, "status");
  history.asked(a);
  expect(nextStep(history, failedAt(a), choiceOf([a, b]), NOW, policyOf({ sameTarget: SAME })).target).toBe(b);
});

test("… but not through an open circuit, unless the attempt is its probe", () => {
  const [a, b] = two({ out: true });
  const policy = policyOf({ sameTarget: SAME });
  expect(nextStep(asked(a), failedAt(a), choiceOf([a, b]), NOW, policy).target).toBe(b);
  expect(nextStep(asked(a), failedAt(a, { isProbe: true }), choiceOf([a, b]), NOW, policy).target).toBe(a);
});

test("a target that was tried, in a new round", () => {
  const [a, b] = two();
  const step = nextStep(asked(b, a), failedAt(a), choiceOf([a, b]), NOW, policyOf());
  expect(step).toEqual({ decision: { action: "repeat", waitMs: 70 }, target: a, roundStart: 2 });
});

test("a request that is too long moves on once", () => {
  const [a, b] = two();
  const policy = policyOf({ onContextLength: true });
  const long = { failure: "context_length", status: 400 } as const;
  const history = asked(a);
  expect(nextStep(history, failedAt(a, long), choiceOf([a, b]), NOW, policy).target).toBe(b);
  history.goesOn("next_target", b, "context_length");
  history.asked(b);
  expect(nextStep(history, failedAt(b, long), choiceOf([a, b]), NOW, policy).decision).toEqual({ action: "answer", because: "not_listed" });
});

test("a broken stream goes on with the next target, or ends", () => {
  const [a, b] = two();
  const cut = failedAt(a, { failure: "cut", status: 200 });
  const policy = policyOf({ resume: "restart" });
  const history = asked(a);
  history.failed({ target: a, outcome: "cut", status: 200 }, { resume: RESUME });
  expect(nextStep(history, cut, choiceOf([a, b]), NOW, policy)).toMatchObject({ decision: { action: "resume", waitMs: 0 }, target: b });
  history.failed({ target: a, outcome: "cut", status: 200 }, { resume: undefined });
  expect(nextStep(history, cut, choiceOf([a, b]), NOW, policy).decision).toEqual({ action: "break_off", because: "content_relayed" });
});

test("after a wait: the target that was decided, unless its circuit has opened; a probe goes on", () => {
  const [a, b] = two();
  const [open] = two({ out: true });
  const history = asked(a, b);
  expect(afterWait(history, b, false, choiceOf([a, b]), NOW)).toEqual({ target: b, roundStart: 0 });
  expect(afterWait(history, open, true, choiceOf([open, b]), NOW)).toEqual({ target: open, roundStart: 0 });
  expect(afterWait(history, open, false, choiceOf([open, b]), NOW)).toMatchObject({ target: b, roundStart: 2 });
  expect(afterWait(history, open, false, choiceOf([open]), NOW).target).toBeUndefined();
});

const standing = fc.record({ out: fc.boolean(), restMs: fc.constantFrom(0, 0, 1, 2000, 2001) });
const anything = fc.record({
  standings: fc.array(standing, { minLength: 1, maxLength: 4 }),
  tried: fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }),
  spent: fc.array(fc.nat(3), { maxLength: 3 }),
  relayed: fc.boolean(),
  failure: fc.constantFrom(...(Object.keys(FAILURES) as FailureClass[])),
  status: fc.constantFrom(0, 400, 403, 429, 500),
  isProbe: fc.boolean(),
  budgetLeft: fc.boolean(),
  same: fc.boolean(),
});

test("whatever happened: what goes on has a target, and none with an open circuit but by its probe", () => {
  fc.assert(
    fc.property(anything, ({ standings, tried, spent, relayed, failure, status, isProbe, budgetLeft, same }) => {
      const targets = standings.map((one, at) => targetOf(at, one, NOW));
      const at = (index: number): TargetPlan => targets[index % targets.length]!;
      const history = asked(...tried.map(at));
      for (const index of spent) history.spend(at(index));
      if (relayed) history.failed({ target: at(0), outcome: "cut", status: 200 }, { resume: RESUME });
      const target = history.tried.at(-1)!;
      const policy = policyOf({ resume: "restart", onContextLength: true, sameTarget: same ? SAME : undefined });
      const step = nextStep(history, failedAt(target, { failure, status, isProbe, budgetLeft }), choiceOf(targets), NOW, policy);
      if ("because" in step.decision) return;
      expect(step.target).toBeDefined();
      if (step.decision.action === "next_target") expect(history.tried).not.toContain(step.target);
      if (step.decision.action === "repeat") expect(history.tried).toContain(step.target);
      if (step.decision.action === "same_target") expect(step.target).toBe(target);
      if (step.decision.action !== "same_target" || !isProbe) expect(standings[step.target!.index]!.out).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});
