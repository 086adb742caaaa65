/** Token counts in OpenAI's words. Of the details the provider's counts are kept, up to 32. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: Readonly<Record<string, number>>;
  completion_tokens_details?: Readonly<Record<string, number>>;
}
