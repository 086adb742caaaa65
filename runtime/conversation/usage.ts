/** Token counts in OpenAI's words. Of the details the provider's counts are kept, up to 32. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: Readonly<Record<string, number>>;
  completion_tokens_details?: Readonly<Record<string, number>>;
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
