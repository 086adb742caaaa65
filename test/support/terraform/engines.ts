import { existsSync } from "node:fs";
import { tofuPath } from "../../tools/tofu/build";

/** A program that plans and applies. */
export interface TerraformEngine {
  readonly name: "terraform" | "tofu";
  /** What to run. */
  readonly binary: string;
}

/**
 * The engines to test with. OpenTofu takes minutes to build, so where it was not built it is left out with a sentence; where CI is set it
 * must be there.
 *
 * @throws Error where CI is set and OpenTofu is missing
 */
export function terraformEngines(): readonly TerraformEngine[] {
  const terraform: TerraformEngine = { name: "terraform", binary: "terraform" };
  const tofu = tofuPath();
  if (existsSync(tofu)) return [terraform, { name: "tofu", binary: tofu }];
  const reason = `OpenTofu is not at ${tofu}: \`npx tsx test/tools/tofu/build.ts\` builds it.`;
  if (process.env["CI"] !== undefined && process.env["CI"] !== "false") throw new Error(reason);
  console.warn(`Not tested with OpenTofu. ${reason}`);
  return [terraform];
}
