import type { Usage } from "../../conversation/usage";

/** Members of a details object that are kept at most, and the longest name of one. */
const MAX_DETAILS = 32;
const LONGEST_DETAIL = 64;

const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;
/** Sums of a few counts stay finite. */
const count = (value: unknown): number => (isCount(value) ? Math.min(value, Number.MAX_SAFE_INTEGER) : 0);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The counts of a details object, which goes to logs and metrics: whatever else a provider says there is left out. */
function details(value: unknown): Readonly<Record<string, number>> | undefined {
  if (!isRecord(value)) return undefined;
  const counts: [string, number][] = [];
  for (const name in value) {
    if (counts.length === MAX_DETAILS) break;
    const one = value[name];
    if (isCount(one) && name.length <= LONGEST_DETAIL) counts.push([name, count(one)]);
  }
  return Object.fromEntries(counts);
}

/**
 * Reads OpenAI's `usage` object. The provider's own total is kept if it gives one.
 * @returns undefined if the value is no usage object
 */
export function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const prompt_tokens = count(value["prompt_tokens"]);
  const completion_tokens = count(value["completion_tokens"]);
  const total = value["total_tokens"];
  const usage: Usage = {
    prompt_tokens,
    completion_tokens,
    total_tokens: typeof total === "number" ? count(total) : prompt_tokens + completion_tokens,
  };
  const promptDetails = details(value["prompt_tokens_details"]);
  if (promptDetails !== undefined) usage.prompt_tokens_details = promptDetails;
  const completionDetails = details(value["completion_tokens_details"]);
  if (completionDetails !== undefined) usage.completion_tokens_details = completionDetails;
  return usage;
}
