import type { FinishReason } from "../../conversation/answer";
import type { Json } from "../../conversation/json";

/** Source: `StopReason` of `@anthropic-ai/sdk` 1.12; `max_tokens` and `stop_sequence` are those of `/v1/complete` too. */
const REASONS: ReadonlyMap<Json | undefined, FinishReason> = new Map<Json | undefined, FinishReason>([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["refusal", "content_filter"],
]);

/**
 * Why a model stopped. A reason that is not known is a normal end.
 * @param called whether a tool of the client's was called: an answer by the tool that stands for JSON mode stops with `tool_use` too
 */
export function finishOf(reason: Json | undefined, called: boolean): FinishReason {
  const finish = REASONS.get(reason) ?? "stop";
  return finish === "tool_calls" && !called ? "stop" : finish;
}
