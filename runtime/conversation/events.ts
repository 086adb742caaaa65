import type { FinishReason, ProviderError } from "./answer";
import type { Json } from "./json";
import type { Usage } from "./usage";

/** What a stream brings that belongs to one of its choices (0 = the first). */
export type ChoiceEvent = { readonly choice: number } & (
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "refusal"; readonly text: string }
  /** Reasoning comes in blocks; each ends with its signature, if it has one. */
  | { readonly type: "reasoning"; readonly block: number; readonly text: string }
  | { readonly type: "signature"; readonly block: number; readonly signature: string }
  | { readonly type: "redacted_reasoning"; readonly block: number; readonly data: string }
  /** `index` counts the tool calls of the choice from 0. */
  | { readonly type: "tool_start"; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: "tool_arguments"; readonly index: number; readonly text: string }
  | { readonly type: "logprobs"; readonly logprobs: Json }
  /** Content that these words have no place for, such as an image. Clients are told no more than that the choice has begun. */
  | { readonly type: "unexpressed" }
  | { readonly type: "finished"; readonly finish: FinishReason }
);

/** One event of a stream, in no provider's words. */
export type ChatEvent =
  | ChoiceEvent
  | { readonly type: "started"; readonly id: string | undefined; readonly model: string | undefined }
  /** The counts so far; the last one counts. */
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "ping" }
  | { readonly type: "failed"; readonly error: ProviderError }
  /** The provider's end mark: nothing belongs to the stream after it. */
  | { readonly type: "ended" };
