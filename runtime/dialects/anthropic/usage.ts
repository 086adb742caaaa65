import type { Json } from "../../conversation/json";
import type { Usage } from "../../conversation/usage";
import { countOf, isObject, member } from "./json";

/**
 * Anthropic's counts in OpenAI's words. `input_tokens` leaves out what was read from or written to the prompt cache; OpenAI's `prompt_tokens` holds it.
 * In a stream the counts are running totals, and an event need not repeat them all.
 */
export class UsageCounts {
  private known = false;
  private input = 0;
  private output = 0;
  private cacheRead: number | undefined;
  private cacheWrite: number | undefined;
  private thinking: number | undefined;

  /** @returns false if the value is no usage object */
  read(usage: Json | undefined): boolean {
    if (!isObject(usage)) return false;
    this.known = true;
    this.input = countOf(usage["input_tokens"]) ?? this.input;
    this.output = countOf(usage["output_tokens"]) ?? this.output;
    this.cacheRead = countOf(usage["cache_read_input_tokens"]) ?? this.cacheRead;
    this.cacheWrite = countOf(usage["cache_creation_input_tokens"]) ?? this.cacheWrite;
    this.thinking = countOf(member(usage["output_tokens_details"], "thinking_tokens")) ?? this.thinking;
    return true;
  }

  /** The counts so far; undefined if there were none. */
  get usage(): Usage | undefined {
    if (!this.known) return undefined;
    const prompt = this.input + (this.cacheRead ?? 0) + (this.cacheWrite ?? 0);
    const usage: Usage = { prompt_tokens: prompt, completion_tokens: this.output, total_tokens: prompt + this.output };
    if (this.cacheRead !== undefined || this.cacheWrite !== undefined) {
      const details: Record<string, number> = {};
      if (this.cacheRead !== undefined) details["cached_tokens"] = this.cacheRead;
      if (this.cacheWrite !== undefined) details["cache_write_tokens"] = this.cacheWrite;
      usage.prompt_tokens_details = details;
    }
    if (this.thinking !== undefined) usage.completion_tokens_details = { reasoning_tokens: this.thinking };
    return usage;
  }
}
