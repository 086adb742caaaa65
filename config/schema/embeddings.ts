import { z } from "zod";
import { auth } from "./auth";
import { bedrock, embeddingsGemini, huggingface } from "./clouds";
import { about, named } from "./meta";
import { EMBEDDINGS_PROVIDERS } from "./vocabulary";

const azure = z
  .strictObject({
    api_version: z.string().default("2023-05-15").meta(about("3.10", "Azure `api-version`.")),
    deployment_id: z.string().optional().meta(about("3.10", "Azure deployment of the embedding model.")),
    instance: z.string().optional().meta(about("3.10", "Azure resource, the first part of the host name.")),
  })
  .meta(named("EmbeddingsAzureOptions"));

const options = z
  .strictObject({
    azure: azure.optional().meta(about("3.10", "Azure OpenAI settings; unlike those of targets they stand in a record of their own.")),
    bedrock: bedrock("embeddings").optional().meta(about("3.10", "AWS Bedrock settings.")),
    gemini: embeddingsGemini.optional().meta(about("3.10", "Google Gemini and Vertex settings.")),
    huggingface: huggingface("embeddings").optional().meta(about("3.10", "Hugging Face settings.")),
    upstream_url: z
      .string()
      .optional()
      .meta(about("3.8", "Complete URL to call instead of the provider's own.", { absent: "the provider's address" })),
  })
  .meta(named("EmbeddingsModelOptions"));

const model = z
  .strictObject({
    name: z.string().meta(about("3.8", "The provider's name of the embedding model.")),
    options: options.optional().meta(about("3.8", "Provider settings.")),
    provider: z.enum(EMBEDDINGS_PROVIDERS).meta(named("EmbeddingsProvider")).meta(about("3.8", "Who serves the embedding model.")),
  })
  .meta(named("EmbeddingsModelConfig"));

/** The model that turns prompts and descriptions into vectors. Source: `config.embeddings`. */
export const embeddings = z
  .strictObject({
    auth: auth.optional().meta(about("3.8", "Credentials for the embeddings API.", { absent: "no credential is sent" })),
    model: model.meta(about("3.8", "The embedding model and who serves it.")),
  })
  .meta(named("EmbeddingsConfig"));
