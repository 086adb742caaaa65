import type { Usage } from "../conversation/usage";
import type { Prices } from "../targets/target-plan";

/** What a call cost, in the currency of the prices; 0 where no prices are configured. Source: Kong `input_cost`, `output_cost`, per 1,000,000 tokens. */
export function costOf(usage: Usage, prices: Prices | undefined): number {
  if (prices === undefined) return 0;
  return (usage.prompt_tokens * prices.input + usage.completion_tokens * prices.output) / 1_000_000;
}
