/**
 * Which provider serves which route type, by Kong's provider tables (Gateway 3.15). What a table leaves out is not served there;
 * `preserve` passes anything through and therefore goes with every provider.
 */
import type { GENAI_CATEGORIES, LLM_FORMATS, PROVIDERS, ROUTE_TYPES } from "./vocabulary";

type Provider = (typeof PROVIDERS)[number];
type RouteType = (typeof ROUTE_TYPES)[number];

/** One cell of the matrix. */
export interface Served {
  /** Whether answers are said to stream. */
  readonly streaming: boolean;
  /** First Kong Gateway version, where the tables give one. */
  readonly since?: string;
  /** Served through the provider's own `llm_format` alone. */
  readonly native?: true;
  /** For `gemini`: served by Vertex alone, or by the public API alone. */
  readonly only?: "vertex" | "public";
}

const streams = (since: string): Served => ({ streaming: true, since });
const whole = (since: string): Served => ({ streaming: false, since });

const OPENAI_ROUTES = {
  "llm/v1/chat": streams("3.6"),
  "llm/v1/completions": streams("3.6"),
  "llm/v1/embeddings": whole("3.11"),
  "llm/v1/responses": whole("3.11"),
  "llm/v1/assistants": whole("3.11"),
  "llm/v1/batches": whole("3.11"),
  "llm/v1/files": whole("3.11"),
  "audio/v1/audio/speech": whole("3.11"),
  "audio/v1/audio/transcriptions": whole("3.11"),
  "audio/v1/audio/translations": whole("3.11"),
  "image/v1/images/generations": whole("3.11"),
  "image/v1/images/edits": whole("3.11"),
  "video/v1/videos/generations": whole("3.13"),
  "realtime/v1/realtime": streams("3.11"),
} as const;

/** Provider to the route types that it serves, with what is known of each. Source: Kong's provider pages, Gateway 3.x. */
export const PROVIDER_ROUTES = {
  anthropic: {
    "llm/v1/chat": streams("3.6"),
    "llm/v1/completions": whole("3.6"),
    "llm/v1/batches": { streaming: true, native: true },
  },
  azure: OPENAI_ROUTES,
  bedrock: {
    "llm/v1/chat": streams("3.8"),
    "llm/v1/completions": streams("3.8"),
    "llm/v1/embeddings": whole("3.11"),
    "llm/v1/batches": { streaming: false, native: true },
    "llm/v1/files": { streaming: false },
    "image/v1/images/generations": whole("3.11"),
    "image/v1/images/edits": whole("3.11"),
    "video/v1/videos/generations": whole("3.13"),
  },
  cerebras: { "llm/v1/chat": streams("3.13") },
  cohere: {
    "llm/v1/chat": streams("3.6"),
    "llm/v1/completions": streams("3.6"),
    "llm/v1/embeddings": whole("3.11"),
  },
  dashscope: {
    "llm/v1/chat": streams("3.13"),
    "llm/v1/embeddings": whole("3.13"),
    "image/v1/images/generations": whole("3.13"),
    "image/v1/images/edits": whole("3.13"),
  },
  databricks: { "llm/v1/chat": streams("3.14") },
  deepseek: { "llm/v1/chat": streams("3.14") },
  gemini: {
    "llm/v1/chat": streams("3.8"),
    "llm/v1/completions": { streaming: false, since: "3.8", only: "vertex" },
    "llm/v1/embeddings": whole("3.11"),
    "llm/v1/batches": whole("3.14"),
    "llm/v1/files": whole("3.11"),
    "image/v1/images/generations": whole("3.11"),
    "image/v1/images/edits": whole("3.11"),
    "video/v1/videos/generations": whole("3.13"),
    "realtime/v1/realtime": { streaming: true, since: "3.13", native: true, only: "public" },
  },
  huggingface: {
    "llm/v1/chat": streams("3.9"),
    "llm/v1/embeddings": whole("3.11"),
    "video/v1/videos/generations": whole("3.13"),
  },
  llama2: {
    "llm/v1/chat": streams("3.6"),
    "llm/v1/completions": streams("3.6"),
    "llm/v1/embeddings": whole("3.11"),
  },
  mistral: {
    "llm/v1/chat": streams("3.6"),
    "llm/v1/embeddings": whole("3.11"),
  },
  ollama: {
    "llm/v1/chat": streams("3.14"),
    "llm/v1/embeddings": whole("3.14"),
  },
  openai: OPENAI_ROUTES,
  vllm: { "llm/v1/chat": streams("3.14") },
  xai: {
    "llm/v1/chat": whole("3.13"),
    "llm/v1/responses": whole("3.13"),
    "image/v1/images/generations": whole("3.13"),
  },
} as const satisfies Readonly<Record<Provider, Readonly<Partial<Record<RouteType, Served>>>>>;

/** Route types that a provider serves; `preserve` goes with each. */
export type RouteTypeOf<Name extends Provider> = keyof (typeof PROVIDER_ROUTES)[Name] | "preserve";

/** Providers whose own format a client format is; for `anthropic` others are converted to, `openai` is everybody's. */
export const NATIVE_FORMATS = {
  anthropic: ["anthropic"],
  bedrock: ["bedrock"],
  cohere: ["cohere"],
  gemini: ["gemini"],
  huggingface: ["huggingface"],
  openai: [],
} as const satisfies Readonly<Record<(typeof LLM_FORMATS)[number], readonly Provider[]>>;

/** Category that fits a route type; files, batches and `preserve` belong to none. */
export const GENAI_CATEGORY_OF = {
  "audio/v1/audio/speech": "audio/speech",
  "audio/v1/audio/transcriptions": "audio/transcription",
  "audio/v1/audio/translations": "audio/transcription",
  "image/v1/images/edits": "image/generation",
  "image/v1/images/generations": "image/generation",
  "llm/v1/assistants": "text/generation",
  "llm/v1/batches": undefined,
  "llm/v1/chat": "text/generation",
  "llm/v1/completions": "text/generation",
  "llm/v1/embeddings": "text/embeddings",
  "llm/v1/files": undefined,
  "llm/v1/responses": "text/generation",
  preserve: undefined,
  "realtime/v1/realtime": "realtime/generation",
  "video/v1/videos/generations": "video/generation",
} as const satisfies Readonly<Record<RouteType, (typeof GENAI_CATEGORIES)[number] | undefined>>;

/** Whether the tables list a route type for a provider; `preserve` always is. */
export function serves(provider: Provider, routeType: RouteType): boolean {
  return routeType === "preserve" || Object.hasOwn(PROVIDER_ROUTES[provider], routeType);
}
