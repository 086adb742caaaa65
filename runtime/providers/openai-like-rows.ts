import type { OpenAiLike } from "./openai-like";

/** Where OpenAI's API has its surfaces. Source: OpenAI API reference. */
const CHAT = { "llm/v1/chat": "/v1/chat/completions" } as const;
const EMBEDDINGS = { "llm/v1/embeddings": "/v1/embeddings" } as const;

/**
 * Servers of any make: those that do not know base64 pass over the wish for it, so it is written here. They name no limits; OpenAI's is one that all clients
 * are made for. Source: github.com/ollama/ollama/issues/6934, github.com/ggml-org/llama.cpp/issues/10887.
 */
const LOCAL_EMBEDDINGS = {
  maxInputs: 2048,
  maxTokens: undefined,
  base64: false,
  dimensions: "dimensions",
  tokens: false,
  refuses: [],
} as const;

/** Hints that a server which checks its requests strictly does not know. Source: OpenAI API reference, for what they are. */
const OPENAI_HINTS = ["prompt_cache_key", "prompt_cache_retention", "safety_identifier", "service_tier", "store", "verbosity"];

/** Providers that speak OpenAI's dialect, one row each. Addresses: Kong's provider pages (Gateway 3.15), unless a row says otherwise. */
export const OPENAI_LIKE: readonly OpenAiLike[] = [
  {
    name: "cerebras",
    origin: "https://api.cerebras.ai",
    paths: CHAT,
    requests: {
      // Source: Cerebras, "OpenAI compatibility" (these fields are answered 400); its reference of chat completions, which knows no others.
      refuses: ["frequency_penalty", "metadata", "presence_penalty", "top_k", ...OPENAI_HINTS],
      lacks: ["logit_bias"],
      // Source: Cerebras, reference of chat completions.
      cap: "max_completion_tokens",
    },
  },
  {
    name: "dashscope",
    origin: ({ dashscope }) =>
      dashscope?.international === false ? "https://dashscope.aliyuncs.com" : "https://dashscope-intl.aliyuncs.com",
    paths: { "llm/v1/chat": "/compatible-mode/v1/chat/completions", "llm/v1/embeddings": "/compatible-mode/v1/embeddings" },
    // Source: Alibaba Cloud Model Studio, "OpenAI compatible - Chat": it knows `top_k`, `max_tokens` and `stream_options`.
    requests: { refuses: [], cap: "max_tokens" },
    // Source: Alibaba Cloud Model Studio, "OpenAI compatible - Embedding": 10 rows for the models of today, numbers only.
    embeddings: { maxInputs: 10, maxTokens: undefined, base64: false, dimensions: "dimensions", tokens: false, refuses: ["user"] },
  },
  {
    name: "databricks",
    origin: ({ databricks }) => `https://${databricks?.workspace_instance_id ?? ""}.cloud.databricks.com`,
    paths: { "llm/v1/chat": "/serving-endpoints/v1/chat/completions" },
    requests: {
      // Source: answers of the API (`unknown field "stream_options"`) in github.com/continuedev/continue/issues/12936; Kong takes it out as well.
      refuses: ["stream_options"],
      // Source: Databricks, Foundation Model REST API reference.
      cap: "max_tokens",
    },
    // It tells usage unasked, in each event. Source: github.com/spiceai/spiceai/issues/6600.
    usageInStreams: false,
  },
  {
    name: "deepseek",
    origin: "https://api.deepseek.com",
    paths: CHAT,
    // Its `prefix` needs the base address `/beta`, which nobody has configured (DeepSeek, "Chat Prefix Completion (Beta)"), so it is asked to go on.
    // Source: DeepSeek API reference: `max_tokens`, `stream_options`. Other members, `max_completion_tokens` among them, it passes over in silence
    // (github.com/earendil-works/pi/issues/8018).
    requests: { refuses: [], cap: "max_tokens" },
  },
  {
    name: "huggingface",
    // Source: Hugging Face, "Inference Providers"; the host of Kong's page, api-inference.huggingface.co, is gone.
    origin: "https://router.huggingface.co",
    paths: CHAT,
    // Source: Kong's driver, which adds the path of chats to whatever address is given.
    upstreamUrl: "base",
    // Source: Text Generation Inference passes over `max_completion_tokens` (github.com/huggingface/text-generation-inference/issues/2925).
    requests: { refuses: [], cap: "max_tokens" },
  },
  {
    name: "llama2",
    origin: undefined,
    paths: { ...CHAT, ...EMBEDDINGS, "llm/v1/completions": "/v1/completions" },
    embeddings: LOCAL_EMBEDDINGS,
    // Servers of any make. Source: llama-cpp-python passes over `max_completion_tokens` (github.com/abetlen/llama-cpp-python/issues/1907).
    requests: { refuses: [], cap: "max_tokens" },
  },
  {
    name: "mistral",
    origin: "https://api.mistral.ai",
    paths: { ...CHAT, ...EMBEDDINGS },
    // Source: answers of the API: at most 512 inputs (code 3210, github.com/raphaelmansuy/edgequake-llm/pull/74), of which others met 256; 16,384 tokens
    // (github.com/aurelio-labs/semantic-router/issues/297); Mistral's API reference, `output_dimension`.
    embeddings: { maxInputs: 256, maxTokens: 16_384, base64: false, dimensions: "output_dimension", tokens: false, refuses: ["user"] },
    requests: {
      // Source: Mistral's API reference; members that it does not list are answered 422 `extra_forbidden`
      // (github.com/editor-code-assistant/eca/issues/231). Kong takes `seed` out as well, which Mistral calls `random_seed`.
      refuses: ["seed", "stream_options", "top_k", "user", ...OPENAI_HINTS],
      lacks: ["audio", "logit_bias", "logprobs", "modalities", "top_logprobs", "web_search_options"],
      // Source: its refusal of others, "must be a-z, A-Z, 0-9, with a length of 9" (github.com/karthink/gptel/issues/1203).
      toolCallIds: /^[a-zA-Z0-9]{9}$/,
      cap: "max_tokens",
    },
    // It tells usage unasked, in the last event. Source: Mistral's API reference.
    usageInStreams: false,
    // Source: Mistral's API reference, `AssistantMessage.prefix`. The answer begins with the given text (comment in github.com/vercel/ai, packages/mistral).
    prefill: () => ({ message: { prefix: true }, request: {}, echoes: true, trims: false }),
  },
  {
    name: "ollama",
    origin: undefined,
    paths: { ...CHAT, ...EMBEDDINGS },
    embeddings: LOCAL_EMBEDDINGS,
    // Source: Ollama, "OpenAI compatibility": `max_tokens`, `stream_options`. It passes over other members in silence (github.com/ollama/ollama/issues/7125).
    requests: { refuses: [], cap: "max_tokens" },
  },
  {
    name: "openai",
    origin: "https://api.openai.com",
    paths: { ...CHAT, ...EMBEDDINGS, "llm/v1/completions": "/v1/completions" },
    // Source: OpenAI API reference, "Create embeddings".
    embeddings: { maxInputs: 2048, maxTokens: 300_000, base64: true, dimensions: "dimensions", tokens: true, refuses: [] },
    // Source: OpenAI API reference, which knows no `top_k`; unknown arguments are answered 400.
    requests: { refuses: ["top_k"] },
  },
  {
    name: "vllm",
    origin: undefined,
    paths: CHAT,
    upstreamUrl: "server",
    // Source: vLLM, "OpenAI-Compatible Server": it knows `top_k` and `stream_options`. Older versions refuse `max_completion_tokens`
    // (github.com/1Panel-dev/MaxKB/issues/2912), all know `max_tokens`.
    requests: { refuses: [], cap: "max_tokens" },
    // Source: vLLM, "OpenAI-Compatible Server", extra parameters of chats. Chat templates may trim the text.
    prefill: () => ({ message: {}, request: { continue_final_message: true, add_generation_prompt: false }, echoes: false, trims: true }),
  },
  {
    name: "xai",
    origin: "https://api.x.ai",
    paths: CHAT,
    requests: {
      refuses: [],
      // Source: answers of the API (`Model grok-4.5 does not support parameter presencePenalty`) in github.com/n8n-io/n8n/issues/14581 and
      // github.com/QuantumNous/new-api/pull/6081; grok-3 itself knows them.
      modelsRefuse: {
        models: /^grok-(?:3-mini|[4-9])/,
        called: "Grok 3 mini, and Grok from 4 on",
        members: ["frequency_penalty", "presence_penalty"],
      },
    },
  },
];
