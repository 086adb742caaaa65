/**
 * How providers that speak OpenAI's dialect say that a request is too long for the model, or that a content filter refused it. Each row has its source: a
 * provider's documents or code, or an answer of its API as published in a public report. Patterns match in linear time.
 */
import type { ErrorAnswer } from "../../codecs/answer";

export type Refusal = NonNullable<ErrorAnswer["refusal"]>;

/** `neither`: a code that says something else, whatever status and words seem to say. */
export type Verdict = Refusal | "neither";

/** Codes and types that tell by themselves. */
export const REFUSAL_CODES: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  // OpenAI API reference, error codes; Azure OpenAI, Groq and Cerebras likewise
  ["context_length_exceeded", "context_length"],
  ["string_above_max_length", "context_length"],
  ["request_too_large", "context_length"],
  // llama.cpp, tools/server, `exceed_context_size_error` beside `n_prompt_tokens` and `n_ctx`
  ["exceed_context_size_error", "context_length"],
  // Z.ai's API reference
  ["model_context_window_exceeded", "context_length"],
  // OpenAI API reference; Azure OpenAI, "Content filtering"
  ["content_filter", "content_filter"],
  ["content_policy_violation", "content_filter"],
  ["ResponsibleAIPolicyViolation", "content_filter"],
  // Alibaba Cloud Model Studio, "Error messages"; the first in OpenAI's dialect
  ["data_inspection_failed", "content_filter"],
  ["DataInspectionFailed", "content_filter"],
  // Groq: 413 with this code is too much for a minute (github.com/ITSpecialist111/ai_automation_suggester/issues/61)
  ["rate_limit_exceeded", "neither"],
]);

/** Words for what has no code of its own, or one that says no more than that the request is wrong. */
export const REFUSAL_TEXTS: readonly (readonly [pattern: RegExp, refusal: Refusal])[] = [
  // OpenAI: "This model's maximum context length is 4097 tokens. However, …" (github.com/chathub-dev/chathub/issues/126). So say
  // vLLM (vllm/entrypoints/openai, all versions: "…, you requested …", "'max_tokens' … is too large: …", "… and your prompt contains at least …"),
  // DeepSeek with code `invalid_request_error` (github.com/musistudio/claude-code-router/issues/895), NVIDIA NIM (github.com/cline/cline/issues/13194),
  // Mistral: "Prompt contains … tokens …, too large for model with … maximum context length" (Mistral, known limitations),
  // SGLang: "Requested token count exceeds the model's maximum context length of …" (sglang/srt/managers/tokenizer_manager.py)
  [/maximum context length/i, "context_length"],
  [/context[ _]length[ _]exceeded/i, "context_length"],
  // SGLang: "The input (… tokens) is longer than the model's context length (… tokens)." (github.com/QwenLM/Qwen3/issues/1321)
  [/longer than the model'?s context length/i, "context_length"],
  // SGLang and Poolside: "Input length … exceeds the maximum allowed input length of … tokens" (github.com/earendil-works/pi/issues/4943)
  [/exceeds the maximum allowed (?:input )?length/i, "context_length"],
  // vLLM: "The decoder prompt (length …) is longer than the maximum model length of …" (github.com/Gabesarch/grounded-rl/issues/16)
  [/longer than the maximum model length/i, "context_length"],
  // vLLM: "… the model's context length is only … tokens, resulting in a maximum input length of …" (vllm/entrypoints/openai)
  [/context length is only/i, "context_length"],
  // llama.cpp: "request (… tokens) exceeds the available context size (… tokens), try increasing it" (tools/server/server-context.cpp)
  [/exceeds the available context (?:size|window)/i, "context_length"],
  // OpenAI: "Your input exceeds the context window of this model."; llama-cpp-python: "Requested tokens (…) exceed context window of …"
  // (github.com/rllm-team/rllm/issues/55); Ollama: "prompt too long; exceeded max context length by … tokens"; Anthropic models behind others:
  // "input length and `max_tokens` exceed context limit" (github.com/continuedev/continue/issues/6080)
  [/exceed(?:s|ed)? (?:the )?(?:max )?(?:model'?s )?context (?:window|length|limit)/i, "context_length"],
  // OpenAI: "Input tokens exceed the configured limit of … tokens. Your messages resulted in … tokens."
  [/input tokens exceed the configured limit/i, "context_length"],
  // xAI: "This model's maximum prompt length is … but the request contains … tokens." (github.com/cline/cline/issues/3120)
  [/maximum prompt length is/i, "context_length"],
  // Text Generation Inference, behind Hugging Face and Together: "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: …"
  // (github.com/huggingface/text-generation-inference/issues/628), "`inputs` must have less than 4096 tokens" (github.com/meta-llama/llama/issues/1103)
  [/`inputs` (?:tokens \+ `max_new_tokens` must be|must have less than)/i, "context_length"],
  // Cerebras and Groq: "Please reduce the length of the messages or completion. Current length is … while limit is …"
  // (github.com/anomalyco/opencode/issues/1551)
  [/reduce the length of the (?:messages|input|prompt)/i, "context_length"],
  // DashScope: "Range of input length should be [1, 983616]" (Alibaba Cloud Model Studio, "Error messages")
  [/range of input length should be/i, "context_length"],
  // Claude and Bedrock behind Databricks and others: "prompt is too long: … tokens > … maximum", "Input is too long for requested model."
  [/prompt is too long|input is too long for/i, "context_length"],
  // Gemini's OpenAI-compatible API: "The input token count (…) exceeds the maximum number of tokens allowed (…)."
  [/exceeds the maximum number of (?:input )?tokens allowed/i, "context_length"],
  // LM Studio: "The number of tokens to keep from the initial prompt is greater than the context length"
  [/greater than the context length/i, "context_length"],
  // Azure OpenAI, "Content filtering": "… triggering Azure OpenAI's content management policy."
  [/content management policy/i, "content_filter"],
  // OpenAI, models that reason: "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
  [/flagged as potentially violating/i, "content_filter"],
  // DeepSeek, with code `invalid_request_error`: "Content Exists Risk"
  [/content exists risk/i, "content_filter"],
  // xAI, with status 403: "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_…"
  [/content violates usage guidelines/i, "content_filter"],
  // DashScope: "Input data may contain inappropriate content." (Alibaba Cloud Model Studio, "Error messages")
  [/data may contain inappropriate content/i, "content_filter"],
];
