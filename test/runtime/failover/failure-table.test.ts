import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breakerVerdict } from "../../../runtime/failover/count";
import { FAILURES, type FailureClass } from "../../../runtime/failover/failure";
import { behaviourPage, failureTable } from "../../../runtime/failover/failure-table";

const CLASSES = Object.keys(FAILURES) as FailureClass[];

/** Cells of a failure's row. */
const rows = new Map(
  failureTable()
    .split("\n")
    .slice(2)
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()))
    .map(([name = "", ...cells]) => [name.replaceAll("`", ""), cells]),
);

test("docs/behaviour.md holds the current table of failures (else: npm run generate)", () => {
  expect(readFileSync(join(__dirname, "../../../docs/behaviour.md"), "utf8") === behaviourPage()).toBe(true);
});

test("every failure has a row", () => {
  expect([...rows.keys()]).toEqual(CLASSES);
});

test.each(CLASSES)("%s: the table says of the circuit what the breaker is told", (failure) => {
  const told = (status: number, share: number, listed: boolean): boolean =>
    breakerVerdict(failure, status, share, {
      criteria: new Set(listed ? ["http_500", "http_403"] : []),
      retries: 0,
      sameTarget: undefined,
      onContextLength: false,
      resume: "off",
      deadlineMs: 1000,
    }) === "failed";
  const counts = rows.get(failure)?.[2] ?? "";
  const isStatus = counts.startsWith("if listed");
  const isTime = counts.startsWith("if the target took more than half");
  expect(told(500, 0.6, true)).toBe(counts !== "no");
  expect(told(500, 0.5, true)).toBe(counts === "yes" || isStatus);
  expect(told(500, 0.6, false)).toBe(counts === "yes" || isTime);
  expect(told(403, 0.6, true)).toBe(counts === "yes" || isTime);
});

test.each([
  ["connect", "with `error` or `timeout`", "yes"],
  ["read_timeout", "with `timeout`", "with `non_idempotent`"],
  ["first_token_timeout", "always", "with `non_idempotent`"],
  ["status", "with `http_…`", "with `non_idempotent`"],
  ["context_length", "with `extensions.failover_on`", "yes"],
  ["cut", "with `extensions.resume_streams`", "yes"],
  ["content_filter", "never", ""],
  ["internal", "never", ""],
])("%s moves on %s, POST: %s", (failure, moves, post) => {
  expect(rows.get(failure)?.slice(3)).toEqual([moves, post]);
});

test("nothing that says nothing of the target moves on by a criterion but what was never sent", () => {
  const unjudged = CLASSES.filter((failure) => rows.get(failure)?.[2] === "no" && rows.get(failure)?.[3] !== "never");
  expect(unjudged).toEqual(["queue", "credentials", "context_length"]);
});
