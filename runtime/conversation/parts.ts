/** What messages and answers are made of, in no provider's words. */
import type { Json, JsonObject } from "./json";

/** Text, of whoever speaks. */
export interface Text {
  readonly type: "text";
  readonly text: string;
  readonly cacheControl?: Json;
}

/** Where a picture or file comes from. */
export type Source =
  | { readonly kind: "data"; readonly mediaType: string; /** Base64. */ readonly data: string }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "id"; readonly id: string };

export interface Image {
  readonly type: "image";
  readonly source: Source;
  /** OpenAI's `detail`: how closely the model is to look. */
  readonly detail?: string;
  readonly cacheControl?: Json;
}

export interface Audio {
  readonly type: "audio";
  /** Base64. */
  readonly data: string;
  /** `wav`, `mp3`. */
  readonly format: string;
}

export interface File {
  readonly type: "file";
  readonly source: Source;
  readonly name?: string;
  readonly cacheControl?: Json;
}

/** A call of a tool that the model asks for. */
export interface ToolCall {
  readonly type: "tool_call";
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it; it may not be valid. */
  readonly arguments: string;
  readonly cacheControl?: Json;
}

/** What a tool gave back. */
export interface ToolResult {
  readonly type: "tool_result";
  /** Of the call that it answers. */
  readonly id: string;
  readonly content: readonly (Text | Image | File)[];
  readonly isError?: boolean;
  readonly cacheControl?: Json;
}

/** What a model thought before it spoke. */
export interface Reasoning {
  readonly type: "reasoning";
  /** Empty if it is redacted. */
  readonly text: string;
  /** The provider's proof that the text is its own; without it the text cannot be given back to the provider. */
  readonly signature?: string;
  /** The provider's own, unreadable form. */
  readonly redacted?: string;
}

/** The model refuses. */
export interface Refusal {
  readonly type: "refusal";
  readonly text: string;
}

export type Part = Text | Image | Audio | File | ToolCall | ToolResult | Reasoning | Refusal;

/** A function that the model may call. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; undefined: none are taken. */
  readonly parameters?: JsonObject;
  readonly strict?: boolean;
  readonly cacheControl?: Json;
}

export type ToolChoice = "auto" | "none" | "required" | { readonly name: string };
