import { readFileSync } from "node:fs";
import { join } from "node:path";
import { code, table, withPart } from "../../config/generate/markdown";
import type { FailoverCriterion } from "../../config/types.generated";
import { decide, type FailureFacts } from "./decide";
import { firstFailure } from "./explain";
import { FAILURES, FAULTS, type FailureClass, type Fault } from "./failure";
import type { FailoverPolicy } from "./policy";

/** Whose fault it is, and whether it counts against the target's circuit, in words. */
const IN_WORDS: Readonly<Record<Fault, readonly [whose: string, counts: string]>> = {
  target: ["the target's", "yes"],
  listed: ["the target's if its `http_…` is listed", "if listed, but never 403 and 404"],
  time: ["whoever took most of the time", "if the target took more than half of it"],
  client: ["the client's", "no"],
  gateway: ["the gateway's", "no"],
};

/** What an author can set so that a request moves on: its name, and the policy that has nothing else. */
type Setting = readonly [name: string, policy: FailoverPolicy];

/** Any status: what is said of it holds for each that can be listed. */
const STATUS = 500;

const NOTHING: FailoverPolicy = {
  criteria: new Set(),
  retries: 1,
  sameTarget: undefined,
  onContextLength: false,
  resume: "off",
  deadlineMs: Infinity,
};

const listed = (name: string, criterion: FailoverCriterion): Setting => [
  code(name),
  { ...NOTHING, criteria: new Set([criterion, "non_idempotent"]) },
];

const SETTINGS: readonly Setting[] = [
  listed("error", "error"),
  listed("timeout", "timeout"),
  listed("invalid_header", "invalid_header"),
  listed("http_…", `http_${STATUS}`),
  [code("extensions.failover_on"), { ...NOTHING, onContextLength: true }],
  [code("extensions.resume_streams"), { ...NOTHING, resume: "restart" }],
];

const factsOf = (failure: FailureClass, idempotent: boolean): FailureFacts =>
  firstFailure(failure, failure === "status" ? STATUS : 0, 2, idempotent ? "GET" : "POST");

const movesOn = (failure: FailureClass, policy: FailoverPolicy, idempotent: boolean): boolean =>
  !("because" in decide(factsOf(failure, idempotent), policy));

function moves(failure: FailureClass): string {
  if (movesOn(failure, NOTHING, true)) return "always";
  const names = SETTINGS.filter(([, policy]) => movesOn(failure, policy, true)).map(([name]) => name);
  return names.length === 0 ? "never" : `with ${names.join(" or ")}`;
}

/** Whether a POST, too, moves on without `non_idempotent`; of no interest if nothing moves on. */
function post(failure: FailureClass): string {
  const policies = [NOTHING, ...SETTINGS.map(([, policy]) => policy)].filter((policy) => movesOn(failure, policy, true));
  if (policies.length === 0) return "";
  const without = (policy: FailoverPolicy): FailoverPolicy => ({
    ...policy,
    criteria: new Set([...policy.criteria].filter((criterion) => criterion !== "non_idempotent")),
  });
  return policies.some((policy) => movesOn(failure, without(policy), false)) ? "yes" : "with `non_idempotent`";
}

/** Every failure of an attempt: what it means, whose fault it is, and what follows from that. */
export function failureTable(): string {
  const rows = (Object.keys(FAILURES) as FailureClass[]).map((failure) => {
    const [whose, counts] = IN_WORDS[FAULTS[failure]];
    return [code(failure), FAILURES[failure], whose, counts, moves(failure), post(failure)];
  });
  return table(["failure", "meaning", "whose fault", "counts against the circuit", "moves on", "a POST, too"], rows);
}

/**
 * The page on behaviour with a current table of failures.
 * @throws Error if the page lacks one of the two marks between which the table stands
 */
export function behaviourPage(): string {
  return withPart(readFileSync(join(__dirname, "..", "..", "docs", "behaviour.md"), "utf8"), "failures", failureTable());
}
