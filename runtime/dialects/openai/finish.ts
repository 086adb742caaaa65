import type { FinishReason } from "../../conversation/answer";

/** Why models stop. Sources: OpenAI API reference (`function_call` is the legacy form of `tool_calls`), Mistral's (`model_length`), Anthropic's (the last two). */
const FINISHES: ReadonlyMap<unknown, FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["tool_calls", "tool_calls"],
  ["content_filter", "content_filter"],
  ["function_call", "tool_calls"],
  ["model_length", "length"],
  ["max_tokens", "length"],
  ["tool_use", "tool_calls"],
]);

/** A reason that is not known says at least that the model stopped. */
export const readFinish = (reason: unknown): FinishReason => FINISHES.get(reason) ?? "stop";
