import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import { stackWithWeight } from "../constructs/changed-weight";
import type { Synthesized } from "../constructs/support";

const GOLDEN = readFileSync(join(__dirname, "../constructs/golden/changed-weight.plan.txt"), "utf8");

/** The stack without what needs a provider: the local, the output, and a reader of the document's text. */
function providerFree(weight: number): string {
  const { locals, output } = JSON.parse(Testing.synth(stackWithWeight(weight), true)) as Synthesized;
  return JSON.stringify({ locals, output });
}

it("a reviewer sees one changed weight in the plan, and little else", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-plan-"));
  const terraform = (...parameters: readonly string[]): string =>
    execFileSync("terraform", parameters, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
    });

  writeFileSync(join(folder, "main.tf.json"), providerFree(70));
  terraform("init", "-no-color");
  terraform("apply", "-no-color", "-auto-approve");
  writeFileSync(join(folder, "main.tf.json"), providerFree(60));
  const plan = terraform("plan", "-no-color", "-lock=false");

  expect(plan.trim().split("\n").length).toBeLessThanOrEqual(60);
  expect(plan).toMatch(/~ weight += 70 -> 60/);
  expect(plan.match(/->/g)).toHaveLength(1);
  expect(plan).toBe(GOLDEN);
});
