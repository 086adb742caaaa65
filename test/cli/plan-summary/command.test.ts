import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun } from "../../../cli/errors";
import { planSummary } from "../../../cli/plan-summary/command";
import { memoryIo } from "../support";

const folder = mkdtempSync(join(tmpdir(), "plan-summary-"));
afterAll(() => rmSync(folder, { recursive: true }));
const plan = join(__dirname, "plans", "weight.json");

test("Markdown", () => {
  const io = memoryIo();
  expect(planSummary({ file: plan, json: false }, io)).toBe(0);
  expect(io.out()).toContain("| chat | target gpt-4o: weight 70 → 60 | share 70 % → 66.7 %; gpt-4o-mini 30 % → 33.3 % |\n");
  expect(io.err()).toBe("");
});

test("--json", () => {
  const io = memoryIo();
  expect(planSummary({ file: plan, json: true }, io)).toBe(0);
  expect(JSON.parse(io.out())).toEqual({
    format: 1,
    gateways: [
      {
        ...{ name: "gateway", configuration: "changed", omittedChanges: 0, application: "unknown", notes: [expect.any(String)] },
        changes: [
          {
            ...{ route: "chat", subject: "target", target: "gpt-4o", field: "targets[0].weight", before: "70", after: "60" },
            ...{ change: "target gpt-4o: weight 70 → 60", effect: "share 70 % → 66.7 %; gpt-4o-mini 30 % → 33.3 %" },
          },
        ],
      },
    ],
    ...{ warnings: [], omittedWarnings: 0, others: [], omittedOthers: 0 },
  });
});

test("a file that is no plan, or is not there", () => {
  const text = join(folder, "plan.json");
  copyFileSync(__filename, text);
  expect(() => planSummary({ file: text, json: false }, memoryIo())).toThrow(CannotRun);
  expect(() => planSummary({ file: join(folder, "none"), json: false }, memoryIo())).toThrow("there is no such file");
});
