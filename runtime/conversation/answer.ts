import type { Json } from "./json";
import type { Part } from "./parts";
import type { Usage } from "./usage";

/** Why a model stopped, in OpenAI's words. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter";

/** One of the answers that a model gives to a request; nearly always the only one. */
export interface AnswerChoice {
  readonly parts: readonly Part[];
  readonly finish: FinishReason;
  readonly logprobs?: Json;
}

/** A whole answer, in no provider's words. */
export interface ChatAnswer {
  /** The provider's; undefined if it gives none. */
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly choices: readonly AnswerChoice[];
  readonly usage: Usage | undefined;
}

/** A failure that a provider reports, as a status or inside its stream. */
export interface ProviderError {
  readonly message: string;
  /** The provider's own words. */
  readonly type: string | undefined;
  readonly code: string | undefined;
  /** What the failure is about, if it is about the request: too long for the model, or refused by a content filter. */
  readonly refusal: "context_length" | "content_filter" | undefined;
}
