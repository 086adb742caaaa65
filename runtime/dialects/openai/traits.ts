import type { TellModel } from "../../codecs/require-model";

/** What OpenAI-like providers differ in on the way of bytes. Each value of an implementation names its source. */
export interface PassingTraits {
  /** Request members that the provider refuses and that are left out, as the answer is right without them. */
  readonly refuses: readonly string[];
  /** Further ones that some models refuse; `called` says which, for people. */
  readonly modelsRefuse?: { readonly models: RegExp; readonly called: string; readonly members: readonly string[] };
  /**
   * Request members that the provider refuses and that mean something: if one asks for something (`runtime/conversation/demands.ts`), the target is not
   * asked; else the member is left out. Default: none.
   */
  readonly lacks?: readonly string[];
  /** Names that the provider knows the cap on output tokens by. The other name is changed into the known one. Default: `either`. */
  readonly cap?: CapName;
  /** Ids of tool calls that the provider takes; another one is replaced by a hash of it, nine letters and digits. Default: all. */
  readonly toolCallIds?: RegExp;
  /** The model as the provider is told it; undefined if it is told none. Default: the call's, without which there is no call. */
  readonly model?: TellModel;
}

/** Under which name a cap on output tokens is known. */
export type CapName = "max_tokens" | "max_completion_tokens" | "either";
