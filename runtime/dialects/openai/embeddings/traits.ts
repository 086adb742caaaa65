import type { TellModel } from "../../../codecs/require-model";

/** What OpenAI-like providers of embeddings differ in. Each value of an implementation names its source. */
export interface EmbeddingsTraits {
  /** Inputs of one call at most. */
  readonly maxInputs: number;
  /** Tokens of one call at most, over all its inputs; undefined if there is no such limit, or none that is known. */
  readonly maxTokens: number | undefined;
  /** Whether vectors can be asked for as base64; if not, the gateway asks for numbers and writes the base64 itself. */
  readonly base64: boolean;
  /** Member by which the length of vectors is asked for; undefined if there is none. */
  readonly dimensions: string | undefined;
  /** Whether inputs may be tokens. */
  readonly tokens: boolean;
  /** The model as the provider is told it; undefined if it can do without. Absent: the call's, which must have one. */
  readonly model?: TellModel;
  /** Request members that the provider refuses and that are therefore left out. */
  readonly refuses: readonly string[];
}
