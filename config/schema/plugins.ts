import { z } from "zod";
import { acls } from "./acls";
import { balancer } from "./balancer";
import { embeddings } from "./embeddings";
import { extensions } from "./extensions";
import { about, named } from "./meta";
import { target, targetFields } from "./target";
import { vectordb } from "./vectordb";
import { AI_PROXY_GENAI_CATEGORIES, GENAI_CATEGORIES, LLM_FORMATS, RESPONSE_STREAMING } from "./vocabulary";

const commonFields = (streamingSince: string) => ({
  llm_format: z
    .enum(LLM_FORMATS)
    .meta(named("LlmFormat"))
    .default("openai")
    .meta(about("3.10", "Wire format that clients speak; all but `openai` are providers' native formats.")),
  max_request_body_size: z
    .int()
    .default(1048576)
    .meta(about("3.8", "Largest request body that is read; 0 means no limit.", { unit: "bytes" })),
  model_name_header: z.boolean().default(true).meta(about("3.8", "Tells the client in `X-Kong-LLM-Model` which model answered.")),
  response_streaming: z
    .enum(RESPONSE_STREAMING)
    .meta(named("ResponseStreaming"))
    .default("allow")
    .meta(about(streamingSince, "Whether a client may ask for a streamed answer, never gets one or always gets one.")),
});

const GENAI_CATEGORY = about("3.11", "Kind of traffic; should fit the route type.");

/** `config` of the plugin `ai-proxy-advanced`. Source: Kong's published schema 3.15. */
export const aiProxyAdvanced = z
  .strictObject({
    acls: acls.optional().meta(about("3.14", "Which requests are admitted.", { absent: "all are" })),
    balancer: balancer.optional().meta(
      about("3.8", "How targets are picked, how long they may take and what happens when they fail.", {
        absent: "the defaults of its fields",
      }),
    ),
    embeddings: embeddings.optional().meta(about("3.8", "The embedding model; needed by the algorithm `semantic`.")),
    extensions: extensions.optional().meta(
      about(
        "Signalbox 0.1",
        "What this gateway can do beyond Kong: deadlines, rescue of broken streams, shared state. A file without it is a plain Kong file.",
        {
          absent: "the defaults of its fields",
        },
      ),
    ),
    genai_category: z.enum(GENAI_CATEGORIES).meta(named("GenaiCategory")).default("text/generation").meta(GENAI_CATEGORY),
    ...commonFields("3.9"),
    targets: z.array(target).meta(about("3.8", "The models that requests are spread over.")),
    vectordb: vectordb.optional().meta(about("3.8", "The vector store; needed by the algorithm `semantic`.")),
  })
  .meta(named("AiProxyAdvancedConfig"))
  .meta(about("3.8", "Configuration of the plugin `ai-proxy-advanced`: several targets behind one route."));

/** `config` of the plugin `ai-proxy`: one target. Source: Kong's published schema 3.15. */
export const aiProxy = z
  .strictObject({
    ...targetFields,
    genai_category: z.enum(AI_PROXY_GENAI_CATEGORIES).meta(named("AiProxyGenaiCategory")).default("text/generation").meta(GENAI_CATEGORY),
    ...commonFields("3.8"),
  })
  .meta(named("AiProxyConfig"))
  .meta(about("3.8", "Configuration of the plugin `ai-proxy`: one model behind one route."));

/** `config` of Kong's plugin `file-log`, as far as the gateway serves it. */
export const fileLog = z
  .strictObject({
    path: z.string().min(1).meta(about("3.8", "File that one JSON line per request is appended to.")),
    reopen: z.boolean().default(false).meta(about("3.8", "Opens the file anew for every entry, so that it can be rotated.")),
  })
  .meta(named("FileLogConfig"))
  .meta(about("3.8", "Configuration of the plugin `file-log`."));

/** Names of the plugins whose configuration is the gateway's own model. */
export type AiPluginName = "ai-proxy" | "ai-proxy-advanced";

/** Names of the plugins that the gateway serves. */
export type PluginName = AiPluginName | "file-log";

/** The schema of each plugin's `config`. */
export const PLUGINS: Readonly<Record<PluginName, z.ZodType>> = {
  "ai-proxy": aiProxy,
  "ai-proxy-advanced": aiProxyAdvanced,
  "file-log": fileLog,
};
