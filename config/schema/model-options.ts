import { z } from "zod";
import { bedrock, gemini, huggingface } from "./clouds";
import { about, named } from "./meta";
import { prices } from "./prices";
import { COHERE_INPUT_TYPES, LLAMA2_FORMATS, MISTRAL_FORMATS } from "./vocabulary";

const cohere = z
  .strictObject({
    embedding_input_type: z
      .enum(COHERE_INPUT_TYPES)
      .meta(named("CohereInputType"))
      .default("classification")
      .meta(about("3.11", "Tells Cohere what the vectors will be used for.")),
    wait_for_model: z
      .boolean()
      .optional()
      .meta(about("3.11", "Whether to wait until the model is loaded.", { absent: "the provider decides" })),
  })
  .meta(named("CohereOptions"));

const dashscope = z
  .strictObject({
    international: z.boolean().default(true).meta(about("3.13", "Uses the international host; `false` means the one in mainland China.")),
  })
  .meta(named("DashscopeOptions"));

const databricks = z
  .strictObject({
    workspace_instance_id: z.string().optional().meta(about("3.14", "Workspace part of the host name, such as `dbc-0123abcd-45ef`.")),
  })
  .meta(named("DatabricksOptions"));

/** Parameters and provider settings of a target's model. Every string in it may hold templates. Source: `config.targets[].model.options`. */
export const modelOptions = z
  .strictObject({
    anthropic_version: z
      .string()
      .optional()
      .meta(
        about("3.8", "API version that Anthropic models are asked for; must be given with provider `anthropic`. Example: `2023-06-01`."),
      ),
    azure_api_version: z.string().default("2023-05-15").meta(about("3.8", "Azure `api-version`; one in the client's query wins.")),
    azure_deployment_id: z.string().optional().meta(about("3.8", "Azure deployment; must be given with provider `azure`.")),
    azure_instance: z
      .string()
      .optional()
      .meta(about("3.8", "Azure resource, the first part of the host name; must be given with provider `azure`.")),
    bedrock: bedrock("target").optional().meta(about("3.8", "AWS Bedrock settings.")),
    cohere: cohere.optional().meta(about("3.11", "Cohere settings.")),
    dashscope: dashscope.optional().meta(about("3.13", "Alibaba Cloud DashScope settings.")),
    databricks: databricks.optional().meta(about("3.14", "Databricks settings.")),
    embeddings_dimensions: z
      .int()
      .optional()
      .meta(about("3.11", "Vector length that embedding models are asked for.", { unit: "dimensions", absent: "the model's own length" })),
    gemini: gemini.optional().meta(about("3.8", "Google Gemini and Vertex settings.")),
    huggingface: huggingface("target").optional().meta(about("3.9", "Hugging Face settings.")),
    llama2_format: z
      .enum(LLAMA2_FORMATS)
      .meta(named("Llama2Format"))
      .optional()
      .meta(about("3.8", "Wire format of a self-hosted Llama server; must be given with provider `llama2`.")),
    max_tokens: z
      .int()
      .optional()
      .meta(about("3.8", "Largest number of output tokens; a request may ask for fewer.", { unit: "tokens", absent: "no cap" })),
    mistral_format: z
      .enum(MISTRAL_FORMATS)
      .meta(named("MistralFormat"))
      .optional()
      .meta(about("3.8", "Wire format of the Mistral server; must be given with provider `mistral`. The hosted API speaks `openai`.")),
    temperature: z
      .number()
      .min(0)
      .max(5)
      .optional()
      .meta(about("3.8", "Sampling temperature; a request's own wins.", { absent: "the provider's default" })),
    top_k: z
      .int()
      .min(0)
      .max(500)
      .optional()
      .meta(
        about("3.8", "Samples from this many most likely tokens; a request's own wins.", {
          unit: "tokens",
          absent: "the provider's default",
        }),
      ),
    top_p: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta(
        about("3.8", "Samples from the most likely tokens up to this probability; a request's own wins.", {
          absent: "the provider's default",
        }),
      ),
    upstream_path: z
      .string()
      .optional()
      .meta(
        about("3.8", "Path to call instead of the provider's own.", {
          deprecation: "Kong removes it in 4.0; set `upstream_url` to the complete URL instead",
          absent: "the provider's path",
        }),
      ),
    upstream_url: z
      .string()
      .optional()
      .meta(
        about("3.8", "Complete URL (scheme, host, port and path) to call instead of the provider's own.", {
          absent: "the provider's address",
        }),
      ),
    ...prices,
  })
  .meta(named("ModelOptions"));
