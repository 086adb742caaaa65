import { breakerVerdict } from "../../../runtime/failover/count";
import { FAILURES, type AttemptOutcome } from "../../../runtime/failover/failure";
import type { FailoverPolicy } from "../../../runtime/failover/policy";

const policy: FailoverPolicy = {
  criteria: new Set(["http_500", "http_403", "http_404", "http_429"]),
  retries: 1,
  sameTarget: undefined,
  onContextLength: false,
  resume: "off",
  deadlineMs: 1000,
};

const EXPECTED: Readonly<Record<AttemptOutcome, string>> = {
  ok: "succeeded",
  client_gone: "released",
  connect: "failed",
  queue: "released",
  credentials: "released",
  write_timeout: "failed",
  read_timeout: "failed",
  first_token_timeout: "failed",
  deadline: "released",
  draining: "released",
  reset: "failed",
  invalid_header: "failed",
  status: "released",
  context_length: "released",
  content_filter: "released",
  invalid_answer: "failed",
  internal: "released",
  cut: "failed",
};

test("every outcome is in the table", () => {
  expect(Object.keys(EXPECTED).sort()).toEqual([...Object.keys(FAILURES), "ok", "client_gone"].sort());
});

test.each(Object.entries(EXPECTED))("%s: %s, whatever is listed", (outcome, expected) => {
  expect(breakerVerdict(outcome as AttemptOutcome, 0, 0.1, policy)).toBe(expected);
});

test.each([
  [500, "failed"],
  [429, "failed"],
  [502, "released"],
  [400, "released"],
  [401, "released"],
  [403, "released"],
  [404, "released"],
])("status %i: %s", (status, expected) => {
  expect(breakerVerdict("status", status, 0, policy)).toBe(expected);
});

test("a stream that breaks while a slow client holds it back says nothing of the target", () => {
  expect(breakerVerdict("cut", 200, 0, policy, true)).toBe("released");
  expect(breakerVerdict("read_timeout", 200, 0, policy, true)).toBe("failed");
});

test("a deadline counts against the target that used up most of it", () => {
  expect(breakerVerdict("deadline", 0, 0.51, policy)).toBe("failed");
  expect(breakerVerdict("deadline", 0, 0.5, policy)).toBe("released");
});
