/** The closed word lists of the model, in the order of Kong's published schema. */

/** Provider drivers of targets. */
export const PROVIDERS = [
  "anthropic",
  "azure",
  "bedrock",
  "cerebras",
  "cohere",
  "dashscope",
  "databricks",
  "deepseek",
  "gemini",
  "huggingface",
  "llama2",
  "mistral",
  "ollama",
  "openai",
  "vllm",
  "xai",
] as const;

/** Providers of embedding models, which are a list of their own. */
export const EMBEDDINGS_PROVIDERS = ["azure", "bedrock", "gemini", "huggingface", "mistral", "ollama", "openai"] as const;

/** API operations; each is one surface of the gateway. */
export const ROUTE_TYPES = [
  "audio/v1/audio/speech",
  "audio/v1/audio/transcriptions",
  "audio/v1/audio/translations",
  "image/v1/images/edits",
  "image/v1/images/generations",
  "llm/v1/assistants",
  "llm/v1/batches",
  "llm/v1/chat",
  "llm/v1/completions",
  "llm/v1/embeddings",
  "llm/v1/files",
  "llm/v1/responses",
  "preserve",
  "realtime/v1/realtime",
  "video/v1/videos/generations",
] as const;

/** Wire formats that a client may speak. */
export const LLM_FORMATS = ["anthropic", "bedrock", "cohere", "gemini", "huggingface", "openai"] as const;

/** Kinds of traffic in `ai-proxy-advanced`. */
export const GENAI_CATEGORIES = [
  "audio/speech",
  "audio/transcription",
  "image/generation",
  "realtime/generation",
  "text/embeddings",
  "text/generation",
  "video/generation",
] as const;

/** Kinds of traffic in `ai-proxy`, which knows no realtime category. */
export const AI_PROXY_GENAI_CATEGORIES = [
  "audio/speech",
  "audio/transcription",
  "image/generation",
  "text/embeddings",
  "text/generation",
  "video/generation",
] as const;

/** Whether answers may be streamed. */
export const RESPONSE_STREAMING = ["allow", "always", "deny"] as const;

/** Ways to pick a target. */
export { ALGORITHMS } from "../algorithms";

/** Outcomes that move a request on to another target. */
export const FAILOVER_CRITERIA = [
  "error",
  "http_403",
  "http_404",
  "http_429",
  "http_500",
  "http_502",
  "http_503",
  "http_504",
  "invalid_header",
  "non_idempotent",
  "timeout",
] as const;

/** Refusals that move a request on by `extensions.failover_on`. */
export const FAILOVER_EXTRAS = ["context_length"] as const;

/** Outcomes after which `extensions.same_target` asks the same target again. */
export const SAME_TARGET_OUTCOMES = ["error", "http_429", "http_500", "http_502", "http_503", "http_504"] as const;

/** Ways to go on with a stream that broke, by `extensions.resume_streams`. */
export const RESUME_STREAMS = ["off", "restart", "prefill", "continue"] as const;

/** Places of the breaker's and the usage's state, by `extensions.shared_state`. */
export const SHARED_STATES = ["local", "redis"] as const;

/** Figures of the lowest-latency algorithm. */
export const LATENCY_STRATEGIES = ["e2e", "tpot"] as const;

/** Figures of the lowest-usage algorithm. */
export const TOKENS_COUNT_STRATEGIES = ["completion-tokens", "cost", "llm-accuracy", "prompt-tokens", "total-tokens"] as const;

/** What an access rule's condition looks at. */
export const ACL_MATCH_TYPES = ["consumer", "consumer_group", "header", "ip", "model", "path", "provider"] as const;

/** Places of a credential parameter. */
export const PARAM_LOCATIONS = ["body", "query"] as const;

/** Wire formats of self-hosted Llama servers. */
export const LLAMA2_FORMATS = ["ollama", "openai", "raw"] as const;

/** Wire formats of Mistral servers. */
export const MISTRAL_FORMATS = ["ollama", "openai"] as const;

/** What Cohere is told about texts to embed. */
export const COHERE_INPUT_TYPES = ["classification", "clustering", "image", "search_document", "search_query"] as const;

/** Vector store drivers. */
export const VECTORDB_STRATEGIES = ["pgvector", "redis"] as const;

/** Distance functions of vector stores. */
export const DISTANCE_METRICS = ["cosine", "euclidean"] as const;

/** TLS versions towards Postgres. */
export const SSL_VERSIONS = ["any", "tlsv1_2", "tlsv1_3"] as const;

/** Redis roles behind a Sentinel. */
export const SENTINEL_ROLES = ["any", "master", "slave"] as const;

/** Clouds whose managed Redis takes short-lived tokens. */
export const REDIS_AUTH_PROVIDERS = ["aws", "azure", "gcp"] as const;
