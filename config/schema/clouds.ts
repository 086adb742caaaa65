import { z } from "zod";
import { about, named } from "./meta";

/** Where a provider's settings stand; both places share their fields, but the embedding model got them later. */
export type Place = "target" | "embeddings";

const since = (place: Place, first: string): string => (place === "target" ? first : "3.10");

/** AWS Bedrock settings. Source: `config.targets[].model.options.bedrock` and `config.embeddings.model.options.bedrock`. */
export const bedrock = (place: Place) =>
  z
    .strictObject({
      aws_assume_role_arn: z
        .string()
        .optional()
        .meta(about("3.10", "IAM role to assume once the base credentials are known.", { absent: "no role is assumed" })),
      aws_region: z
        .string()
        .optional()
        .meta(about(since(place, "3.8"), "AWS region of the model.", { absent: "the region of the environment" })),
      aws_role_session_name: z
        .string()
        .optional()
        .meta(about("3.10", "Session name of the assumed role.", { absent: "a fixed name" })),
      aws_sts_endpoint_url: z
        .string()
        .optional()
        .meta(about("3.10", "STS endpoint that hands out the assumed role.", { absent: "the region's own endpoint" })),
      batch_bucket_prefix: z.string().optional().meta(about("3.14", "S3 prefix for the input and the results of batch jobs.")),
      batch_role_arn: z
        .string()
        .optional()
        .meta(about("3.14", "IAM role that is handed to a batch job.", { absent: "the role that the request names" })),
      embeddings_normalize: z.boolean().default(false).meta(about("3.11", "Asks the model for vectors of length one.")),
      performance_config_latency: z
        .string()
        .optional()
        .meta(about("3.11", "Forces this `performanceConfig.latency`.", { absent: "the client decides" })),
      video_output_s3_uri: z.string().optional().meta(about("3.13", "S3 prefix where generated videos are put; needed for video.")),
    })
    .meta(named("BedrockOptions"));

const geminiCoordinates = (place: Place) => ({
  api_endpoint: z
    .string()
    .optional()
    .meta(
      about(since(place, "3.8"), "Host name of the Vertex region; goes together with `project_id` and `location_id`.", {
        absent: "the public Gemini API",
      }),
    ),
  location_id: z
    .string()
    .optional()
    .meta(about(since(place, "3.8"), "Google Cloud location, for Vertex.")),
  project_id: z
    .string()
    .optional()
    .meta(about(since(place, "3.8"), "Google Cloud project, for Vertex.")),
});

/** Gemini settings of a target; the three coordinates select Vertex. Source: `config.targets[].model.options.gemini`. */
export const gemini = z
  .strictObject({
    ...geminiCoordinates("target"),
    endpoint_id: z
      .string()
      .optional()
      .meta(about("3.12", "Endpoint of a Model Garden deployment.", { absent: "Google's published models" })),
  })
  .meta(named("GeminiOptions"));

/** Gemini settings of the embedding model, which has no Model Garden endpoint. Source: `config.embeddings.model.options.gemini`. */
export const embeddingsGemini = z.strictObject(geminiCoordinates("embeddings")).meta(named("EmbeddingsGeminiOptions"));

/** Hugging Face settings. Source: `...model.options.huggingface` of targets and embeddings. */
export const huggingface = (place: Place) =>
  z
    .strictObject({
      use_cache: z
        .boolean()
        .optional()
        .meta(about(since(place, "3.9"), "Whether the inference API may answer from its cache.", { absent: "the provider decides" })),
      wait_for_model: z
        .boolean()
        .optional()
        .meta(about(since(place, "3.9"), "Whether to wait until the model is loaded.", { absent: "the provider decides" })),
    })
    .meta(named("HuggingfaceOptions"));
