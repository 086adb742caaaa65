import type { FinishReason } from "../../conversation/answer";

/** Why models stop, in the words of those that speak OpenAI's format. Sources: API references of OpenAI (`function_call` is its legacy form), Mistral, Hugging Face, SambaNova. */
const FINISHES: ReadonlyMap<unknown, FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["tool_calls", "tool_calls"],
  ["content_filter", "content_filter"],
  ["function_call", "tool_calls"],
  ["tool_use", "tool_calls"],
  ["model_length", "length"],
  ["max_tokens", "length"],
]);

/** A reason that is not known says at least that the model stopped. */
export const readFinish = (reason: unknown): FinishReason => FINISHES.get(reason) ?? "stop";
