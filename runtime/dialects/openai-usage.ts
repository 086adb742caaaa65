import type { Usage } from "../interfaces";

const count = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0);
const record = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads OpenAI's `usage` object. The provider's own total is kept where it gives one.
 * @returns undefined where the value is no usage object
 */
export function readUsage(value: unknown): Usage | undefined {
  if (!record(value)) return undefined;
  const prompt_tokens = count(value["prompt_tokens"]);
  const completion_tokens = count(value["completion_tokens"]);
  const total = value["total_tokens"];
  const usage: Usage = {
    prompt_tokens,
    completion_tokens,
    total_tokens: typeof total === "number" ? count(total) : prompt_tokens + completion_tokens,
  };
  const promptDetails = value["prompt_tokens_details"];
  if (record(promptDetails)) usage.prompt_tokens_details = promptDetails;
  const completionDetails = value["completion_tokens_details"];
  if (record(completionDetails)) usage.completion_tokens_details = completionDetails;
  return usage;
}
