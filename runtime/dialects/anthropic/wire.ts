/** What is written of Anthropic's Messages API. Source: the types of `@anthropic-ai/sdk` 1.12 (`MessageCreateParams`). */
import type { Json, JsonObject } from "../../conversation/json";

interface Cached {
  cache_control?: Json;
}

export interface TextBlock extends Cached {
  type: "text";
  text: string;
}

export interface MediaSource {
  type: "base64" | "url" | "file" | "text";
  media_type?: string;
  data?: string;
  url?: string;
  file_id?: string;
}

export interface MediaBlock extends Cached {
  type: "image" | "document";
  source: MediaSource;
  title?: string;
}

export interface ToolUseBlock extends Cached {
  type: "tool_use";
  id: string;
  name: string;
  input: JsonObject;
}

export interface ToolResultBlock extends Cached {
  type: "tool_result";
  tool_use_id: string;
  content?: (TextBlock | MediaBlock)[];
  is_error?: boolean;
}

export interface ThinkingBlock {
  type: "thinking";
  thinking: string;
  signature: string;
}

export interface RedactedThinkingBlock {
  type: "redacted_thinking";
  data: string;
}

export type Block = TextBlock | MediaBlock | ToolUseBlock | ToolResultBlock | ThinkingBlock | RedactedThinkingBlock;

export interface Turn {
  role: "user" | "assistant" | "system";
  content: Block[];
}

export interface Tool extends Cached {
  name: string;
  description?: string;
  input_schema: JsonObject;
  strict?: boolean;
}

export interface ToolChoice {
  type: "auto" | "any" | "none" | "tool";
  name?: string;
  disable_parallel_tool_use?: boolean;
}

export type Thinking = { type: "enabled"; budget_tokens: number } | { type: "adaptive" } | { type: "disabled" } | { type: "between_tools" };

export type Effort = "low" | "medium" | "high" | "xhigh";

export interface OutputConfig {
  effort?: Effort;
  format?: { type: "json_schema"; schema: JsonObject };
}

export interface MessagesBody {
  model: string;
  max_tokens: number;
  stream: boolean;
  system?: TextBlock[];
  messages: Turn[];
  tools?: Tool[];
  tool_choice?: ToolChoice;
  thinking?: Thinking;
  output_config?: OutputConfig;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
}
