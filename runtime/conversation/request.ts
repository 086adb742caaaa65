import type { Json, JsonObject } from "./json";
import type { Part, Tool, ToolChoice } from "./parts";

/** Who speaks. A message of a tool holds exactly one tool result. */
export type Role = "system" | "developer" | "user" | "assistant" | "tool";

export interface Message {
  readonly role: Role;
  readonly parts: readonly Part[];
  readonly name?: string;
}

export type ResponseFormat =
  | { readonly kind: "text" }
  /** Any JSON object. */
  | { readonly kind: "json" }
  | {
      readonly kind: "schema";
      readonly name: string;
      readonly schema: JsonObject;
      readonly strict?: boolean;
      readonly description?: string;
    };

/** How much a model is to think. Undefined: as it does by itself. */
export interface ReasoningRequest {
  /** In OpenAI's words. */
  readonly effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
  /** Tokens at most. */
  readonly budget?: number;
}

/** A request for the next turn of a conversation, in no provider's words. What is undefined was not asked for. */
export interface ChatRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
  readonly parallelToolCalls: boolean | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly topK: number | undefined;
  /** Cap on output tokens, reasoning included. */
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly responseFormat: ResponseFormat | undefined;
  readonly reasoning: ReasoningRequest | undefined;
  /** Choices that are asked for; undefined = one. */
  readonly n: number | undefined;
  /**
   * Members that no neutral word exists for, by the client dialect's name: both hints (`seed`, `user`, `metadata`) and what must not be lost in silence
   * (`logprobs`, `logit_bias`, `audio`). An upstream dialect takes those that it knows.
   */
  readonly others: ReadonlyMap<string, Json>;
  /**
   * What the request holds that is in no words of this model and must not be lost in silence, by the client's names: `tools[1].custom`,
   * `messages[2].content[0].video_url`. Whoever translates the request lacks it, whatever the upstream's dialect. Absent for nearly all.
   */
  readonly unexpressed?: readonly string[];
  /** Members that are put into the upstream's body as they are (`extra_body`). They never win over what the gateway sets. */
  readonly extraBody: JsonObject | undefined;
}
