import { fc } from "../../support/properties";
import { decide, isIdempotent, isListed, isSent, LONGEST_REST_MS, type FailureFacts } from "../../../runtime/failover/decide";
import { FAILURES, type FailureClass } from "../../../runtime/failover/failure";
import type { FailoverPolicy } from "../../../runtime/failover/policy";
import { FAILOVER_CRITERIA } from "../../../config/schema/vocabulary";

const policy = (more: Partial<FailoverPolicy> = {}): FailoverPolicy => ({
  criteria: new Set(FAILOVER_CRITERIA),
  retries: 5,
  sameTarget: undefined,
  onContextLength: false,
  resume: "off",
  deadlineMs: Infinity,
  ...more,
});

const facts = (failure: FailureClass, more: Partial<FailureFacts> = {}): FailureFacts => ({
  failure,
  status: 0,
  partlySent: false,
  idempotent: false,
  relayed: false,
  resumable: false,
  attempts: 1,
  sameTargetRepeats: 0,
  movedForLength: false,
  circuitOpen: false,
  untried: true,
  repeatable: true,
  restMs: 0,
  retryAfterMs: undefined,
  backOffMs: 70,
  budgetLeft: true,
  millisecondsLeft: Infinity,
  ...more,
});

const defaults = policy({ criteria: new Set(["error", "timeout"]) });
const same = { retries: 1, on: new Set(["error", "http_429", "http_500"] as const), maxWaitMs: 2000 };

/** Facts, policy, and what must come of them: action, then the wait or the reason. */
const TABLE: readonly [string, FailureFacts, FailoverPolicy, string, (number | string)?][] = [
  ["a refused connection moves a POST on by the defaults", facts("connect"), defaults, "next_target", 0],
  ["a refused connection, only timeout listed", facts("connect"), policy({ criteria: new Set(["timeout"]) }), "next_target", 0],
  ["a refused connection, nothing listed", facts("connect"), policy({ criteria: new Set() }), "answer", "not_listed"],
  ["… after a part of it was answered, a POST", facts("connect", { partlySent: true }), defaults, "answer", "already_sent"],
  ["… a POST with non_idempotent", facts("connect", { partlySent: true }), policy(), "next_target", 0],
  ["a full queue counts as a failed connection", facts("queue"), defaults, "next_target", 0],
  ["… and where nobody else is there, it is told at once", facts("queue", { untried: false }), defaults, "answer", "no_target_left"],
  ["a reset after the request was sent, a POST", facts("reset"), defaults, "answer", "already_sent"],
  ["… a GET", facts("reset", { idempotent: true }), defaults, "next_target", 0],
  ["… a POST with non_idempotent", facts("reset"), policy(), "next_target", 0],
  ["silence, a POST", facts("read_timeout"), defaults, "answer", "already_sent"],
  [
    "silence, timeout not listed",
    facts("read_timeout"),
    policy({ criteria: new Set(["error", "non_idempotent"]) }),
    "answer",
    "not_listed",
  ],
  ["a malformed head needs invalid_header", facts("invalid_header", { idempotent: true }), defaults, "answer", "not_listed"],
  ["… listed", facts("invalid_header"), policy(), "next_target", 0],
  ["a 200 that cannot be used is an error after send", facts("invalid_answer"), policy(), "next_target", 0],
  [
    "429 listed, a POST without non_idempotent",
    facts("status", { status: 429 }),
    policy({ criteria: new Set(["http_429"]) }),
    "answer",
    "already_sent",
  ],
  ["429 listed", facts("status", { status: 429 }), policy(), "next_target", 0],
  ["401 is in no list", facts("status", { status: 401 }), policy(), "answer", "not_listed"],
  ["403 moves on where listed", facts("status", { status: 403 }), policy(), "next_target", 0],
  ["403 is never repeated", facts("status", { status: 403, untried: false, repeatable: false }), policy(), "answer", "never_repeated"],
  ["400 is in no list", facts("status", { status: 400 }), policy(), "answer", "not_listed"],
  ["content filter never moves on", facts("content_filter", { status: 400 }), policy({ onContextLength: true }), "answer", "not_listed"],
  ["context length is off by default", facts("context_length", { status: 400 }), policy(), "answer", "not_listed"],
  [
    "… on: without non_idempotent too",
    facts("context_length", { status: 400 }),
    policy({ criteria: new Set(), onContextLength: true }),
    "next_target",
    0,
  ],
  ["… once", facts("context_length", { status: 400, movedForLength: true }), policy({ onContextLength: true }), "answer", "not_listed"],
  [
    "… only to a target that was not tried",
    facts("context_length", { status: 400, untried: false }),
    policy({ onContextLength: true }),
    "answer",
    "no_target_left",
  ],
  ["retries used", facts("connect", { attempts: 6 }), policy(), "answer", "retries_used"],
  ["a tried target waits its back-off", facts("connect", { untried: false }), policy(), "repeat", 70],
  ["… but not beyond the deadline", facts("connect", { untried: false, millisecondsLeft: 70 }), policy(), "answer", "deadline"],
  ["… within the budget", facts("connect", { untried: false, budgetLeft: false }), policy(), "answer", "budget_used"],
  ["the budget is no matter of a fresh target", facts("connect", { budgetLeft: false }), policy(), "next_target", 0],
  [
    "a single target that rests shortly is waited for",
    facts("status", { status: 429, untried: false, restMs: 1500 }),
    policy(),
    "repeat",
    1500,
  ],
  [
    "… longer: the answer is passed on at once",
    facts("status", { status: 429, untried: false, restMs: 2001 }),
    policy(),
    "answer",
    "resting_too_long",
  ],
  [
    "… within the deadline",
    facts("status", { status: 429, untried: false, restMs: 1500, millisecondsLeft: 1000 }),
    policy(),
    "answer",
    "deadline",
  ],
  [
    "same target: after Retry-After",
    facts("status", { status: 429, retryAfterMs: 2000 }),
    policy({ sameTarget: same }),
    "same_target",
    2000,
  ],
  ["… not where that is too long", facts("status", { status: 429, retryAfterMs: 2001 }), policy({ sameTarget: same }), "next_target", 0],
  ["… else after the back-off", facts("status", { status: 500 }), policy({ sameTarget: same }), "same_target", 70],
  ["… as often as configured", facts("status", { status: 500, sameTargetRepeats: 1 }), policy({ sameTarget: same }), "next_target", 0],
  ["… never after silence", facts("read_timeout"), policy({ sameTarget: same }), "next_target", 0],
  ["… not for what is not listed there", facts("status", { status: 502 }), policy({ sameTarget: same }), "next_target", 0],
  ["… a reset is an error", facts("reset"), policy({ sameTarget: same }), "same_target", 70],
  ["no first token in time", facts("first_token_timeout"), policy(), "next_target", 0],
  ["the deadline ends everything", facts("deadline"), policy(), "answer", "deadline"],
  ["nothing moves on after content", facts("cut", { relayed: true }), policy(), "break_off", "content_relayed"],
  ["… unless it can be resumed", facts("cut", { relayed: true, resumable: true }), policy({ resume: "restart" }), "resume", 0],
  ["… as text alone can", facts("cut", { relayed: true }), policy({ resume: "restart" }), "break_off", "content_relayed"],
  [
    "… at a tried target after a wait",
    facts("cut", { relayed: true, resumable: true, untried: false }),
    policy({ resume: "restart" }),
    "resume",
    70,
  ],
  [
    "… within the retries",
    facts("cut", { relayed: true, resumable: true, attempts: 6 }),
    policy({ resume: "restart" }),
    "break_off",
    "retries_used",
  ],
  [
    "… within the deadline",
    facts("cut", { relayed: true, resumable: true, millisecondsLeft: 0 }),
    policy({ resume: "restart" }),
    "break_off",
    "deadline",
  ],
];

test.each(TABLE)("%s", (_name, given, by, action, rest) => {
  const decision = decide(given, by);
  expect(decision.action).toBe(action);
  expect("because" in decision ? decision.because : decision.waitMs).toBe(rest);
});

const failure = fc.constantFrom(...(Object.keys(FAILURES) as FailureClass[]));
const anyFacts: fc.Arbitrary<FailureFacts> = fc.record({
  failure,
  status: fc.constantFrom(0, 400, 401, 403, 404, 429, 500, 502, 503, 504),
  partlySent: fc.boolean(),
  idempotent: fc.boolean(),
  relayed: fc.boolean(),
  resumable: fc.boolean(),
  attempts: fc.integer({ min: 1, max: 8 }),
  sameTargetRepeats: fc.integer({ min: 0, max: 3 }),
  movedForLength: fc.boolean(),
  circuitOpen: fc.boolean(),
  untried: fc.boolean(),
  repeatable: fc.boolean(),
  restMs: fc.constantFrom(0, 1, 1999, 2000, 2001, 60_000),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
  backOffMs: fc.integer({ min: 0, max: 2000 }),
  budgetLeft: fc.boolean(),
  millisecondsLeft: fc.constantFrom(Infinity, 100, 0, -5, 3000),
});
const anyPolicy: fc.Arbitrary<FailoverPolicy> = fc.record({
  criteria: fc.subarray([...FAILOVER_CRITERIA]).map((list) => new Set(list)),
  retries: fc.integer({ min: 0, max: 6 }),
  sameTarget: fc.option(
    fc.record({
      retries: fc.integer({ min: 1, max: 3 }),
      on: fc.subarray(["error", "http_429", "http_500", "http_502", "http_503", "http_504"] as const).map((list) => new Set(list)),
      maxWaitMs: fc.integer({ min: 0, max: 5000 }),
    }),
    { nil: undefined },
  ),
  onContextLength: fc.boolean(),
  resume: fc.constantFrom("off", "restart", "prefill"),
  deadlineMs: fc.constant(Infinity),
});

test("whatever happens: limits hold, nothing is sent twice against the rules, content is never mixed", () => {
  fc.assert(
    fc.property(anyFacts, anyPolicy, (given, by) => {
      const decision = decide(given, by);
      const goesOn = !("because" in decision);
      if (!goesOn) {
        expect(decision.action).toBe(given.relayed ? "break_off" : "answer");
        return;
      }
      expect(given.attempts).toBeLessThanOrEqual(by.retries);
      expect(given.failure).not.toBe("deadline");
      expect(decision.waitMs).toBeLessThan(given.millisecondsLeft);
      expect(decision.action === "resume").toBe(given.relayed);
      expect(given.failure).not.toBe("content_filter");
      if (given.relayed) {
        expect(by.resume).not.toBe("off");
        expect(given.resumable).toBe(true);
        return;
      }
      if (given.failure === "context_length")
        expect(by.onContextLength && !given.movedForLength && decision.action === "next_target").toBe(true);
      else {
        expect(isListed(given.failure, given.status, by)).toBe(true);
        if (isSent(given.failure) || given.partlySent) expect(given.idempotent || by.criteria.has("non_idempotent")).toBe(true);
      }
      if (decision.action === "next_target") expect(given.untried && decision.waitMs <= LONGEST_REST_MS).toBe(true);
      if (decision.action === "repeat") expect(given.repeatable && given.budgetLeft && given.restMs <= LONGEST_REST_MS).toBe(true);
      if (decision.action === "same_target") {
        expect(given.budgetLeft && by.sameTarget !== undefined && given.sameTargetRepeats < by.sameTarget.retries).toBe(true);
        expect(given.failure.endsWith("_timeout")).toBe(false);
      }
    }),
    { numRuns: 20_000, seed: 5 },
  );
});

test.each([
  ["GET", true],
  ["HEAD", true],
  ["PUT", true],
  ["DELETE", true],
  ["POST", false],
  ["PATCH", false],
  ["LOCK", false],
  [undefined, true],
])("%s may be sent twice: %s", (method, expected) => {
  expect(isIdempotent(method)).toBe(expected);
});
