import type { Usage } from "../conversation/usage";
import type { Prices } from "../targets/target-plan";

/** What a call cost, in the currency of the prices; 0 where no prices are configured. Source: Kong `input_cost`, `output_cost`, per 1,000,000 tokens. */
export function costOf(usage: Usage, prices: Prices | undefined): number {
  if (prices === undefined) return 0;
  return (usage.prompt_tokens * prices.input + usage.completion_tokens * prices.output) / 1_000_000;
}

/** Usage of two attempts together, with the later one's details; undefined where neither is known. */
export function addUsage(before: Usage | undefined, later: Usage | undefined): Usage | undefined {
  if (before === undefined || later === undefined) return before ?? later;
  return {
    ...later,
    prompt_tokens: before.prompt_tokens + later.prompt_tokens,
    completion_tokens: before.completion_tokens + later.completion_tokens,
    total_tokens: before.total_tokens + later.total_tokens,
  };
}
