import type { AttemptOutcome } from "../../../runtime/failover/failure";
import { ExchangeHistory } from "../../../runtime/failover/history";
import { mayRenew } from "../../../runtime/failover/refused-credential";
import type { TargetPlan } from "../../../runtime/targets/target-plan";

const one = { label: "one" } as TargetPlan;
const another = { label: "another" } as TargetPlan;

test.each<[AttemptOutcome, number, boolean]>([
  ["status", 401, true],
  ["status", 403, false],
  ["status", 400, false],
  ["status", 407, false],
  ["status", 500, false],
  ["ok", 200, false],
  ["context_length", 401, false],
  ["content_filter", 401, false],
  ["client_gone", 401, false],
  ["deadline", 401, false],
  ["invalid_answer", 401, false],
  ["credentials", 0, false],
])("after %s %d another credential may be tried: %s", (outcome, status, expected) => {
  expect(mayRenew(new ExchangeHistory(), { target: one, outcome, status })).toBe(expected);
});

test("once for each target of an exchange", () => {
  const history = new ExchangeHistory();
  history.renew(one);
  expect(mayRenew(history, { target: one, outcome: "status", status: 401 })).toBe(false);
  expect(mayRenew(history, { target: another, outcome: "status", status: 401 })).toBe(true);
});
