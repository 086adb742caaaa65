import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Testing } from "cdktf";
import { stackWithWeight } from "./changed-weight";

const GOLDEN = readFileSync(join(__dirname, "golden/changed-weight.diff"), "utf8");
const CONTEXT = 3;

/** A unified diff of two texts that differ in single lines, as `diff -u` prints it. */
function unifiedDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  expect(after).toHaveLength(before.length);
  const changed = before.flatMap((line, index) => (line === after[index] ? [] : [index]));
  return changed.flatMap((index) => {
    const start = Math.max(0, index - CONTEXT);
    const count = Math.min(before.length, index + CONTEXT + 1) - start;
    const context = (from: number, to: number) => before.slice(from, to).map((line) => ` ${line}`);
    return [
      `@@ -${start + 1},${count} +${start + 1},${count} @@`,
      ...context(start, index),
      `-${before[index]!}`,
      `+${after[index]!}`,
      ...context(index + 1, index + CONTEXT + 1),
    ];
  });
}

it("one changed weight is a change of one line in the synthesized stack", () => {
  const lines = (weight: number) => Testing.synth(stackWithWeight(weight), true).split("\n");
  const diff = ["--- before/cdk.tf.json", "+++ after/cdk.tf.json", ...unifiedDiff(lines(70), lines(60))];
  expect(diff.length).toBeLessThanOrEqual(15);
  expect(`${diff.join("\n")}\n`).toBe(GOLDEN);
});
